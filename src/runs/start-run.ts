import { forOrg, inTx, type OrgDb } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import { databaseNow } from '../db/now.ts'
import { wasNotSent } from '../engine/outcome.ts'
import type { StartReceipt, StartRequest } from '../engine/run.ts'
import {
  connectEnvironment,
  type ConnectedEnvironment,
} from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { addMs } from '../lib/time.ts'
import { resolveRun, type ResolveDeps } from './resolve-run.ts'
import { getRun, type RunRow } from './run-store.ts'
import { free, settleSent, settleUnsent } from './settle-start.ts'
import { startRequest } from './start-request.ts'
import { markStarting, takeRun, updateStart } from './start-store.ts'

export interface StartRunDeps extends ResolveDeps {
  readonly owner: string
  /** How long a start whose answer was lost is looked for. */
  readonly resolveMs: number
}

const LEASE_MS = 30_000

/** Sends a requested run, or looks for one whose answer was lost. Never sends one twice. */
export async function startRun(deps: StartRunDeps, call: Call, runId: string): Promise<void> {
  const db = forOrg(deps.db, call.orgId)
  if (!(await inTx(db, (tx) => takeRun(tx, runId, { owner: deps.owner, ms: LEASE_MS })))) return
  const run = await getRun(db, runId)
  if (run.state === 'starting') return resolveRun(deps, call, run)
  const prepared = await prepare(deps, call, run).catch((error: unknown) =>
    settleUnsent(db, run, error),
  )
  if (!prepared) return
  const sentAt = await databaseNow(deps.db)
  const isOurs = await inTx(db, (tx) =>
    markStarting(tx, runId, {
      owner: deps.owner,
      sentAt,
      resolveUntil: addMs(sentAt, deps.resolveMs),
    }),
  )
  if (!isOurs) return
  await send(deps, call, { run, ...prepared })
}

interface Prepared {
  readonly connected: ConnectedEnvironment
  readonly start: StartRequest
}

async function prepare(deps: StartRunDeps, call: Call, run: RunRow): Promise<Prepared> {
  const db = forOrg(deps.db, call.orgId)
  const options = { signal: call.signal, deadlineMs: deps.callDeadlineMs }
  const connected = await connectEnvironment(deps, db, run.environment_id)
  return { connected, start: await startRequest(db, { run, connected }, options) }
}

async function send(
  deps: StartRunDeps,
  call: Call,
  { run, connected, start }: Prepared & { readonly run: RunRow },
): Promise<void> {
  const db = forOrg(deps.db, call.orgId)
  const { engine, environment } = connected
  const options = { signal: call.signal, deadlineMs: deps.callDeadlineMs }
  try {
    await keepReceipt(db, run, await engine.startRun(environment.projectCode, start, options))
  } catch (error) {
    // What is known is kept, also on the way out; else the next process looks for it.
    if (!wasNotSent(error)) call.signal.throwIfAborted()
    await settleSent(db, run, error)
  }
}

/** The engine took it; which instance it became is known at once from 3.3 on. */
async function keepReceipt(db: OrgDb, run: RunRow, receipt: StartReceipt): Promise<void> {
  const now = await databaseNow(db.q)
  const [instanceId] = receipt.kind === 'instances' ? receipt.instanceIds : []
  await inTx(db, (tx) =>
    updateStart(tx, run.run_id, {
      from: 'starting',
      change: {
        ...free(now),
        start_receipt: writeJson(receipt),
        ...(instanceId === undefined
          ? { next_attempt_at: now }
          : { engine_instance_id: instanceId, state: 'queued', next_attempt_at: null }),
      },
    }),
  )
}
