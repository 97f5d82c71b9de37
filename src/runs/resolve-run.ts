import { forOrg, inTx, type Db, type OrgDb, type OrgTx } from '../db/database.ts'
import { databaseNow } from '../db/now.ts'
import { connectEnvironment, type ConnectDeps } from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { isAppError } from '../lib/errors.ts'
import { must } from '../lib/must.ts'
import { addMs } from '../lib/time.ts'
import { findStarted } from './find-started.ts'
import type { RunRow } from './run-store.ts'
import { free, startErrorOf } from './settle-start.ts'
import { updateStart } from './start-store.ts'

export interface LostRun {
  readonly runId: string
  readonly workflowId: string
  readonly environmentId: string
  readonly at: Date
}

export interface ResolveDeps extends ConnectDeps {
  readonly db: Db
  readonly callDeadlineMs: number
  /** Told in the transaction that gives the search up. */
  readonly onUnresolved?: (tx: OrgTx, run: LostRun) => Promise<void>
}

const LOOK_AGAIN_MS = 1_000

/** Looked for until it is found or its time is over; then it stays unresolved, for a person to see. */
export async function resolveRun(deps: ResolveDeps, call: Call, run: RunRow): Promise<void> {
  const db = forOrg(deps.db, call.orgId)
  const { instanceId, error } = await look(deps, call, { db, run })
  const now = await databaseNow(deps.db)
  // Shutting down is no look.
  const isOver =
    !call.signal.aborted && instanceId === null && now > must(run.resolve_until, 'it was sent')
  const change =
    instanceId !== null
      ? { engine_instance_id: instanceId, state: 'queued', next_attempt_at: null }
      : isOver
        ? { state: 'unresolved', next_attempt_at: null }
        : { next_attempt_at: addMs(now, LOOK_AGAIN_MS) }
  const startError = error === null ? null : startErrorOf(error)
  await inTx(db, async (tx) => {
    const isKept = await updateStart(tx, run.run_id, {
      from: 'starting',
      change: { ...free(now), ...change, start_error: startError },
    })
    const { run_id: runId, workflow_id: workflowId, environment_id: environmentId } = run
    if (isKept && isOver)
      await deps.onUnresolved?.(tx, { runId, workflowId, environmentId, at: now })
  })
  // A fault of ours is for the log as well.
  if (error !== null && !isAppError(error)) throw error
}

interface Look {
  readonly instanceId: number | null
  /** Why there was no look, or none to the end. */
  readonly error: unknown
}

/** It was sent: whatever goes wrong here says nothing about it. */
async function look(
  deps: ResolveDeps,
  call: Call,
  { db, run }: { readonly db: OrgDb; readonly run: RunRow },
): Promise<Look> {
  const options = { signal: call.signal, deadlineMs: deps.callDeadlineMs }
  try {
    const connected = await connectEnvironment(deps, db, run.environment_id)
    return { instanceId: await findStarted(db, { connected, run }, options), error: null }
  } catch (error) {
    return { instanceId: null, error: call.signal.aborted ? null : error }
  }
}
