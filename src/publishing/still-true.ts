import { readJson } from '../db/json-column.ts'
import type { Call } from '../lib/call.ts'
import { addMs } from '../lib/time.ts'
import { release, type ClockDeps } from './apply-outcome.ts'
import { finishPublication, type FinishDeps } from './finish-publication.ts'
import { makePlan, type PlanDeps } from './make-plan.ts'
import type { Plan } from './plan.ts'
import { postponeUntil } from './postpone.ts'
import { PublishOptions } from './publication.ts'
import type { PublicationRow } from './publication-store.ts'

/** The last look before the first write: what was approved must be what is there. */
export async function isStillTrue(
  deps: PlanDeps & FinishDeps & ClockDeps,
  call: Call,
  {
    row,
    plan,
    skewMs,
  }: { readonly row: PublicationRow; readonly plan: Plan; readonly skewMs: number },
): Promise<boolean> {
  const options = readJson(PublishOptions, row.options)
  const input = {
    workflowId: plan.workflow_id,
    environment: plan.environment_id,
    operation: plan.operation,
    version: plan.version,
    options,
    taskCodes: plan.task_codes,
    isCheck: true,
  }
  const fresh = await makePlan(
    deps,
    { ...call, signal: AbortSignal.any([call.signal, AbortSignal.timeout(deps.lease.ms)]) },
    input,
  )
  if (fresh.plan_digest !== row.plan_digest || fresh.issues.length > 0) {
    const why =
      fresh.issues[0]?.message ??
      'the engine, the policy or the overlay changed since it was planned'
    const failure = {
      code: 'publication.stale_plan',
      message: why,
      step: null,
      engine_code: null,
      engine_message: null,
      not_restored: [],
    }
    await finishPublication(deps, call, {
      row,
      plan,
      state: 'stale',
      failure,
      evidence: null,
      live: null,
    })
    return false
  }
  const later = postponeUntil(plan, addMs(deps.now(), skewMs))
  if (!later) return true
  await release(deps, call, row, addMs(later, -skewMs))
  return false
}
