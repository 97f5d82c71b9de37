import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, type OrgTx } from '../db/database.ts'
import { findReplay, idempotently, type IdempotentRequest } from '../db/idempotent.ts'
import { writeJson } from '../db/json-column.ts'
import { isDuplicate } from '../db/mysql-errors.ts'
import { databaseNow } from '../db/now.ts'
import { readEnvironmentRow } from '../environments/assert-environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { addMs } from '../lib/time.ts'
import { holdWorkflow } from '../workflows/assert-workflow.ts'
import { listAuthors } from '../workflows/list-authors.ts'
import { findDeployment } from './deployment-store.ts'
import { makePlan, type PlanDeps, type PlanInput } from './make-plan.ts'
import type { Plan } from './plan.ts'
import { activeKey } from './publication.ts'
import { deploymentChanged } from './deployment-changed.ts'
import { findActiveAt, insertPublication } from './publication-store.ts'
import { toPlanView } from './show-plan.ts'
import { toStoredPlan } from './stored-plan.ts'

export interface RequestInput extends Omit<PlanInput, 'taskCodes' | 'isCheck'> {
  /** Of the plan that the requester read. */
  readonly planDigest: string
  readonly note: string
  readonly idempotencyKey: string | undefined
  /** What the key stands for where it was asked for in other words. */
  readonly askedAs?: Pick<IdempotentRequest, 'operation' | 'request'>
}

const HOUR_MS = 3_600_000

/** One request to change one environment. Answers its id; nothing is on the engine yet. */
export async function requestPublication(
  deps: PlanDeps,
  call: Call,
  input: RequestInput,
): Promise<string> {
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  const { workflowId, environment, operation, version, options, planDigest } = input
  const request = {
    workflowId,
    environment,
    operation,
    version,
    options: {
      online: options.online,
      ...(options.restores ? { restores: options.restores } : {}),
    },
    planDigest,
    note: input.note,
  }
  const asked = input.askedAs ?? { operation: 'requestPublication', request }
  const idempotent = { ...asked, key: input.idempotencyKey, at }
  // Looked for first: the first request may have changed the engine, and with it the plan.
  const replayed = await findReplay(db, call, idempotent)
  if (replayed !== null) return replayed
  const plan = await makePlan(deps, call, input)
  assertPublishable(plan, planDigest)
  const { value } = await idempotently(db, call, idempotent, (tx) =>
    insert(call, { tx, input, plan, at }),
  )
  return value
}

function assertPublishable(plan: Plan, readDigest: string): void {
  if (plan.issues.length > 0) {
    throw new AppError('invalid', 'publication.plan_refused', 'the plan has blocking findings', {
      issues: plan.issues,
    })
  }
  if (plan.plan_digest !== readDigest) {
    throw new AppError(
      'conflict',
      'publication.stale_plan',
      'what was planned is no longer true; this is the plan now',
      { details: { plan: toPlanView(plan) } },
    )
  }
  if (plan.steps.every((step) => step === 'read_back') && !changesRecord(plan)) {
    throw new AppError(
      'conflict',
      'publication.nothing_to_do',
      'the environment already is as this would make it',
    )
  }
}

/**
 * Nothing is sent and yet something changes: an undeploy of what was deleted on the engine, and a
 * version whose difference the engine never sees (how its runs are started, who owns it).
 */
function changesRecord(plan: Plan): boolean {
  const isOtherVersion = plan.operation === 'deploy' && plan.version !== plan.deployed_version
  return plan.operation === 'undeploy' || isOtherVersion
}

interface Insert {
  readonly tx: OrgTx
  readonly input: RequestInput
  readonly plan: Plan
  readonly at: Date
}

/** Who asks, and whoever wrote on what would be new in the environment. */
async function barredFrom(call: Call, tx: OrgTx, plan: Plan): Promise<readonly string[]> {
  const deployment = await findDeployment(tx, {
    workflowId: plan.workflow_id,
    environmentId: plan.environment_id,
  })
  const authors = await listAuthors(tx, plan.workflow_id, {
    after: deployment?.version ?? 0,
    upTo: plan.version,
  })
  return [...new Set([call.actor.id, ...authors])]
}

/** What was published since the plan began is not taken back unseen; from now on nothing is. */
async function assertUnchanged(tx: OrgTx, plan: Plan): Promise<void> {
  const place = { workflowId: plan.workflow_id, environmentId: plan.environment_id }
  const deployment = await findDeployment(tx, place)
  if (deployment?.version === plan.version) return
  throw deploymentChanged()
}

async function insert(call: Call, { tx, input, plan, at }: Insert): Promise<string> {
  const environment = await readEnvironmentRow(tx, plan.environment_id)
  if (plan.operation === 'deploy' || plan.operation === 'online')
    await holdWorkflow(tx, plan.workflow_id)
  const barred = await barredFrom(call, tx, plan)
  const now = await databaseNow(tx.q)
  const { policy } = environment
  const isApproved = policy.approvals_required === 0
  const publicationId = newId('pub')
  try {
    await insertPublication(tx, {
      publication_id: publicationId,
      workflow_id: plan.workflow_id,
      environment_id: plan.environment_id,
      operation: plan.operation,
      version: plan.version,
      options: writeJson(input.options),
      state: isApproved ? 'approved' : 'pending_approval',
      active_key: activeKey(plan.workflow_id, plan.environment_id),
      plan_digest: plan.plan_digest,
      plan: writeJson(toStoredPlan(plan)),
      policy_version: plan.policy_version,
      approvals_required: policy.approvals_required,
      barred: writeJson(barred),
      requested_by: call.actor.id,
      requested_by_name: call.actor.name,
      note: input.note,
      next_attempt_at: isApproved ? now : null,
      expires_at: isApproved ? null : addMs(now, policy.approval_expires_hours * HOUR_MS),
      approved_at: isApproved ? at : null,
      created_at: at,
      updated_at: at,
    })
  } catch (error) {
    if (!isDuplicate(error, 'workflow_publish_record_active')) throw error
    const active = await findActiveAt(tx, activeKey(plan.workflow_id, plan.environment_id))
    throw new AppError(
      'conflict',
      'publication.active',
      'another publication of this workflow and environment is still under way',
      { cause: error, details: active === null ? {} : { publication_id: active } },
    )
  }
  if (input.options.restores) await assertUnchanged(tx, plan)
  const after = {
    operation: plan.operation,
    version: plan.version,
    environment_id: plan.environment_id,
    plan_digest: plan.plan_digest,
    approvals_required: policy.approvals_required,
  }
  await recordAudit(tx, call, {
    action: 'publication.request',
    subjectType: 'publication',
    subjectId: publicationId,
    after,
    at,
  })
  return publicationId
}
