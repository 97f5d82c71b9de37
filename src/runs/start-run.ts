import { z } from 'zod'
import { forOrg, inTx, type Db } from '../db/database.ts'
import { readJson, writeJson } from '../db/json-column.ts'
import { databaseNow } from '../db/now.ts'
import type { StartReceipt, StartRequest } from '../engine/run.ts'
import { isNoAnswer, isRefusal, wasNotSent } from '../engine/outcome.ts'
import {
  connectEnvironment,
  type ConnectDeps,
  type ConnectedEnvironment,
} from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { isAppError } from '../lib/errors.ts'
import { must } from '../lib/must.ts'
import { addMs } from '../lib/time.ts'
import { applyOverlay } from '../publishing/overlay.ts'
import { bindNames } from '../publishing/bind-names.ts'
import { readVersion } from '../workflows/read-version.ts'
import { findStarted } from './find-started.ts'
import { PARAM } from './run.ts'
import { getRun, markStarting, takeRun, updateStart, type RunRow } from './run-store.ts'

export interface StartRunDeps extends ConnectDeps {
  readonly db: Db
  readonly owner: string
  readonly callDeadlineMs: number
  /** How long a start whose answer was lost is looked for. */
  readonly resolveMs: number
}

const LEASE_MS = 30_000
const RETRY_MS = 2_000
const RETRY_MAX_MS = 30_000
const LOOK_AGAIN_MS = 1_000
const Params = z.record(z.string(), z.string())

/** Sends a requested run, or looks for one whose answer was lost. Never sends one twice. */
export async function startRun(deps: StartRunDeps, call: Call, runId: string): Promise<void> {
  const db = forOrg(deps.db, call.orgId)
  if (!(await inTx(db, (tx) => takeRun(tx, runId, { owner: deps.owner, ms: LEASE_MS })))) return
  const run = await getRun(db, runId)
  const connected = await connectEnvironment(deps, db, run.environment_id)
  if (run.state === 'starting') return resolveRun(deps, call, run, connected)
  const start = await startRequest(deps, call, run, connected).catch((error: unknown) =>
    settle(deps, call, run, error),
  )
  if (!start) return
  const sentAt = await databaseNow(deps.db)
  const isOurs = await inTx(db, (tx) =>
    markStarting(tx, runId, {
      owner: deps.owner,
      sentAt,
      resolveUntil: addMs(sentAt, deps.resolveMs),
    }),
  )
  if (!isOurs) return
  try {
    const options = { signal: call.signal, deadlineMs: deps.callDeadlineMs }
    const receipt = await connected.engine.startRun(
      connected.environment.projectCode,
      start,
      options,
    )
    await keepReceipt(deps, call, run, receipt)
  } catch (error) {
    call.signal.throwIfAborted()
    await settle(deps, call, run, error)
  }
}

/** Everything that the start carries, by the deployed version and the environment. */
async function startRequest(
  deps: StartRunDeps,
  call: Call,
  run: RunRow,
  { engine, environment }: ConnectedEnvironment,
): Promise<StartRequest> {
  const { document: plain } = await readVersion(
    forOrg(deps.db, call.orgId),
    run.workflow_id,
    run.version ?? 0,
  )
  const document = applyOverlay(plain, environment.overlay)
  const { settings } = document
  const group = settings.warning.alert_group
  const name = settings.environment ?? environment.defaults.environment
  const needsCatalog = group !== undefined || name !== null
  const bound = needsCatalog
    ? await bindNames(
        { engine, environment, document, taskCodes: {}, workflowCodes: {} },
        { signal: call.signal, deadlineMs: deps.callDeadlineMs },
      )
    : null
  return {
    definitionCode: must(run.engine_code, 'a requested run knows its definition'),
    params: {
      ...readJson(Params, run.params),
      [PARAM.runId]: run.run_id,
      [PARAM.trigger]: run.trigger_type,
      [PARAM.attempt]: String(run.attempt),
      ...(run.job_run_id === null ? {} : { [PARAM.jobRunId]: run.job_run_id }),
    },
    onFailure: settings.on_failure,
    warningType: settings.warning.type,
    warningGroupId: group === undefined ? 0 : (bound?.bindings.alertGroupIds[group] ?? 0),
    priority: settings.priority,
    workerGroup: settings.worker_group ?? environment.defaults.worker_group,
    tenant: settings.tenant ?? environment.defaults.tenant,
    environmentCode: name === null ? null : (bound?.bindings.environmentCodes[name] ?? null),
  }
}

/** The engine took it; which instance it became is known at once from 3.3 on. */
async function keepReceipt(
  deps: StartRunDeps,
  call: Call,
  run: RunRow,
  receipt: StartReceipt,
): Promise<void> {
  const db = forOrg(deps.db, call.orgId)
  const now = await databaseNow(deps.db)
  const [instanceId] = receipt.kind === 'instances' ? receipt.instanceIds : []
  await inTx(db, (tx) =>
    updateStart(tx, run.run_id, {
      start_receipt: writeJson(receipt),
      ...(instanceId === undefined
        ? { next_attempt_at: now }
        : { engine_instance_id: instanceId, state: 'queued', next_attempt_at: null }),
      lease_owner: null,
      lease_until: null,
      updated_at: now,
    }),
  )
}

/** What an error means: surely not sent, refused, or nobody knows. */
async function settle(deps: StartRunDeps, call: Call, run: RunRow, error: unknown): Promise<null> {
  const now = await databaseNow(deps.db)
  const free = { lease_owner: null, lease_until: null, updated_at: now }
  const current = await getRun(forOrg(deps.db, call.orgId), run.run_id)
  const wasSent = current.state === 'starting'
  if (!isAppError(error)) throw error
  const change =
    wasNotSent(error) || (!wasSent && isNoAnswer(error))
      ? {
          ...free,
          state: 'requested',
          sent_at: null,
          resolve_until: null,
          next_attempt_at: addMs(now, retryMs(run, now)),
        }
      : isNoAnswer(error)
        ? { ...free, next_attempt_at: now }
        : {
            ...free,
            state: 'failure',
            is_final: true,
            next_attempt_at: null,
            ended_at: now,
            start_error: writeJson({ code: error.code, message: error.message, ...error.details }),
          }
  await inTx(forOrg(deps.db, call.orgId), (tx) => updateStart(tx, run.run_id, change))
  return null
}

/** Longer the longer it lasts. */
function retryMs({ requested_at: since }: RunRow, now: Date): number {
  const age = since === null ? 0 : now.getTime() - since.getTime()
  return Math.min(RETRY_MAX_MS, Math.max(RETRY_MS, age / 4))
}

/** Looked for until it is found or its time is over; then it stays unresolved, for a person to see. */
async function resolveRun(
  deps: StartRunDeps,
  call: Call,
  run: RunRow,
  connected: ConnectedEnvironment,
): Promise<void> {
  const db = forOrg(deps.db, call.orgId)
  const options = { signal: call.signal, deadlineMs: deps.callDeadlineMs }
  const found = await findStarted(db, { connected, run }, options).catch((error: unknown) => {
    if (!isNoAnswer(error) && !isRefusal(error)) throw error
    return null
  })
  const now = await databaseNow(deps.db)
  const free = { lease_owner: null, lease_until: null, updated_at: now }
  const isOver = run.resolve_until !== null && now > run.resolve_until
  const change =
    found === null
      ? isOver
        ? { ...free, state: 'unresolved', next_attempt_at: null }
        : { ...free, next_attempt_at: addMs(now, LOOK_AGAIN_MS) }
      : { ...free, engine_instance_id: found, state: 'queued', next_attempt_at: null }
  await inTx(db, (tx) => updateStart(tx, run.run_id, change))
}
