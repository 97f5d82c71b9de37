import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type Db } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import { connectEnvironment, type ConnectDeps } from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import type { Clock } from '../lib/time.ts'
import { z } from 'zod'
import { requestRun } from './request-run.ts'
import { getRun, lockRun, updateRun } from './run-store.ts'

export interface CommandDeps extends ConnectDeps {
  readonly db: Db
  readonly now: Clock
  readonly callDeadlineMs: number
}

/** Stops it on the engine; one that was never sent is simply not sent. */
export async function cancelRun(
  deps: CommandDeps,
  call: Call,
  input: { readonly runId: string },
): Promise<void> {
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  const isLocal = await inTx(db, async (tx) => {
    const run = await lockRun(tx, input.runId)
    if (run.is_final) throw wrongState(run.state)
    if (run.state !== 'requested') return false
    await updateRun(tx, run.run_id, {
      state: 'cancelled',
      is_final: true,
      ended_at: at,
      next_attempt_at: null,
      updated_at: at,
    })
    await recordAudit(tx, call, {
      action: 'run.cancel',
      subjectType: 'run',
      subjectId: run.run_id,
      after: { sent: false },
      at,
    })
    return true
  })
  if (isLocal) return
  const run = await getRun(db, input.runId)
  if (run.engine_instance_id === null) throw wrongState(run.state)
  const { engine, environment } = await connectEnvironment(deps, db, run.environment_id)
  const ref = { projectCode: environment.projectCode, instanceId: run.engine_instance_id }
  await inTx(db, (tx) =>
    recordAudit(tx, call, {
      action: 'run.cancel',
      subjectType: 'run',
      subjectId: run.run_id,
      after: { sent: true },
      at,
    }),
  )
  await engine.commandRun(ref, 'stop', { signal: call.signal, deadlineMs: deps.callDeadlineMs })
}

const Params = z.record(z.string(), z.json())

/** A new run in place of one that is over or was never found; the old row stays. */
export async function retryRun(
  deps: CommandDeps,
  call: Call,
  input: { readonly runId: string; readonly idempotencyKey: string | undefined },
): Promise<string> {
  const run = await getRun(forOrg(deps.db, call.orgId), input.runId)
  if (!run.is_final && run.state !== 'unresolved') throw wrongState(run.state)
  return requestRun(deps, call, {
    workflowId: run.workflow_id,
    environment: run.environment_id,
    params: readJson(Params, run.params),
    jobRunId: undefined,
    idempotencyKey: input.idempotencyKey,
    retryOf: run.run_id,
  })
}

function wrongState(state: string): AppError {
  return new AppError('conflict', 'run.wrong_state', `the run is ${state}`, { details: { state } })
}
