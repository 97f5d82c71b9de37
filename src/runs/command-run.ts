import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type Db, type OrgDb, type OrgTx } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import { isRefusal, wasNotSent } from '../engine/outcome.ts'
import { connectEnvironment, type ConnectDeps } from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { isAppError } from '../lib/errors.ts'
import type { Clock } from '../lib/time.ts'
import { z } from 'zod'
import { closeUnresolved } from './close-unresolved.ts'
import { requestRun } from './request-run.ts'
import { wrongState } from './run.ts'
import { getRun, lockRun, updateRun, type RunRow } from './run-store.ts'

export interface CommandDeps extends ConnectDeps {
  readonly db: Db
  readonly now: Clock
  readonly callDeadlineMs: number
}

/** Stops it on the engine; one that was never sent, or never found there, is over here. */
export async function cancelRun(
  deps: CommandDeps,
  call: Call,
  input: { readonly runId: string },
): Promise<void> {
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  const isOver = await inTx(db, async (tx) => {
    const run = await lockRun(tx, input.runId)
    if (run.is_final) throw wrongState(run.state)
    if (run.state === 'unresolved') await closeUnresolved(tx, call, { run, retriedAs: null, at })
    else if (run.state === 'requested') await cancelUnsent(tx, call, { run, at })
    else return false
    return true
  })
  if (!isOver) await stopOnEngine(deps, call, db, input.runId)
}

async function cancelUnsent(
  tx: OrgTx,
  call: Call,
  { run, at }: { readonly run: RunRow; readonly at: Date },
): Promise<void> {
  await updateRun(tx, run.run_id, {
    state: 'cancelled',
    is_final: true,
    ended_at: at,
    next_attempt_at: null,
    updated_at: at,
  })
  await auditCancel(tx, call, { runId: run.run_id, after: { outcome: 'not_sent' }, at })
}

/** The intent is on record before the call, and after it what came of it. */
async function stopOnEngine(
  deps: CommandDeps,
  call: Call,
  db: OrgDb,
  runId: string,
): Promise<void> {
  const run = await getRun(db, runId)
  if (run.engine_instance_id === null) throw wrongState(run.state)
  const { engine, environment } = await connectEnvironment(deps, db, run.environment_id)
  const ref = { projectCode: environment.projectCode, instanceId: run.engine_instance_id }
  const record = (after: Readonly<Record<string, unknown>>): Promise<void> =>
    inTx(db, (tx) => auditCancel(tx, call, { runId, after, at: deps.now() }))
  await record({ outcome: 'asked' })
  try {
    await engine.commandRun(ref, 'stop', { signal: call.signal, deadlineMs: deps.callDeadlineMs })
  } catch (error) {
    await record(outcomeOf(error))
    throw error
  }
  await record({ outcome: 'accepted' })
}

function outcomeOf(error: unknown): Readonly<Record<string, unknown>> {
  if (wasNotSent(error)) return { outcome: 'not_sent' }
  if (isRefusal(error) && isAppError(error))
    return { outcome: 'refused', error: { code: error.code, message: error.message } }
  return { outcome: 'no_answer' }
}

async function auditCancel(
  tx: OrgTx,
  call: Call,
  { runId, ...what }: { readonly runId: string; readonly after: unknown; readonly at: Date },
): Promise<void> {
  await recordAudit(tx, call, {
    action: 'run.cancel',
    subjectType: 'run',
    subjectId: runId,
    ...what,
  })
}

const Params = z.record(z.string(), z.json())

/** A new run in place of one that is over or was never found; the old row stays, closed. */
export async function retryRun(
  deps: CommandDeps,
  call: Call,
  input: { readonly runId: string; readonly idempotencyKey: string | undefined },
): Promise<string> {
  const run = await getRun(forOrg(deps.db, call.orgId), input.runId)
  return requestRun(deps, call, {
    workflowId: run.workflow_id,
    environment: run.environment_id,
    params: readJson(Params, run.params),
    jobRunId: undefined,
    idempotencyKey: input.idempotencyKey,
    retryOf: run.run_id,
  })
}
