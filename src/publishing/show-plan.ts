import { forOrg } from '../db/database.ts'
import { readEnvironmentRow } from '../environments/assert-environment.ts'
import type { Call } from '../lib/call.ts'
import { makePlan, type PlanDeps, type PlanInput } from './make-plan.ts'
import type { Plan } from './plan.ts'

/** A plan as a person reads it, with who has to approve it. */
export async function showPlan(deps: PlanDeps, call: Call, input: PlanInput) {
  const plan = await makePlan(deps, call, input)
  const { policy } = await readEnvironmentRow(forOrg(deps.db, call.orgId), input.environment)
  return {
    ...toPlanView(plan),
    approvals_required: policy.approvals_required,
    approvers: policy.approvers,
  }
}

/** Without what only the publish job needs. */
export function toPlanView(plan: Plan) {
  return {
    operation: plan.operation,
    version: plan.version,
    digest: plan.version_digest,
    plan_digest: plan.plan_digest,
    changes: plan.changes,
    changes_text: plan.changes_text,
    drift_text: plan.drift_text,
    steps: plan.steps,
    warnings: plan.warnings,
    issues: plan.issues,
    next_fires: plan.next_fires,
  }
}
