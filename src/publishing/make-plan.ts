import { forOrg, type Db, type OrgReader } from '../db/database.ts'
import { readJsonOrNull } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import {
  connectEnvironment,
  type ConnectDeps,
  type ConnectedEnvironment,
} from '../environments/connect-environment.ts'
import { NO_OVERLAY } from '../environments/environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import type { Clock } from '../lib/time.ts'
import { assertWorkflow } from '../workflows/assert-workflow.ts'
import { readLatestVersion, readVersion } from '../workflows/read-version.ts'
import type { WorkflowVersion } from '../workflows/workflow.ts'
import { findDeployment } from './deployment-store.ts'
import { compileTarget } from './compile-target.ts'
import { desiredSchedule } from './desired-schedule.ts'
import { desiredState } from './desired-state.ts'
import { overlayChanges } from './overlay-changes.ts'
import { BoundNames, planDigest, type Plan } from './plan.ts'
import { diffWithDeployed } from './plan-diff.ts'
import { firesOf, warningsOf } from './plan-notes.ts'
import { stepNames } from './plan-steps.ts'
import type { Operation, PublishOptions } from './publication.ts'
import { saveIssues } from './save-issues.ts'
import { documentOf } from './deployed-state.ts'
import { partDigestOf } from './part-digest.ts'
import { valueOrIssues } from './value-or-issues.ts'
import { tokenRights } from './token-rights.ts'
import type { Bindings } from '../engine/engine.ts'

export interface PlanDeps extends ConnectDeps {
  readonly db: Db
  readonly now: Clock
}

export interface PlanInput {
  readonly workflowId: string
  readonly environment: string
  readonly operation: Operation
  /** `deploy`: the newest where none is named. The others act on what is deployed. */
  readonly version: number | null
  readonly options: PublishOptions
  /** Codes of an earlier plan that is being checked again. */
  readonly taskCodes?: Readonly<Record<string, string>>
  /** Only whether it is still true is asked: nothing is put into words. */
  readonly isCheck?: boolean
}

/** Operations that a deleted workflow is not for. */
const TO_RUN: ReadonlySet<Operation> = new Set(['deploy', 'online'])
const NO_WORDS = { changes: null, changes_text: '', drift_text: null }

/** Compiles, resolves, reads the engine and compares; changes nothing anywhere. */
export async function makePlan(deps: PlanDeps, call: Call, input: PlanInput): Promise<Plan> {
  const at = forOrg(deps.db, call.orgId)
  if (TO_RUN.has(input.operation)) await assertWorkflow(at, input.workflowId)
  const connected = await connectEnvironment(deps, at, input.environment)
  const now = deps.now()
  const { environment, compiler } = connected
  const place = { workflowId: input.workflowId, environmentId: environment.environmentId }
  const deployment = await findDeployment(at, place)
  const version = await versionFor(at, input, deployment)
  const { operation, taskCodes: given, isCheck = false } = input
  const asked = { connected, version, deployment, operation, taskCodes: given, now }
  const target = await compileTarget(call, at, asked)
  const { live, bound, document, taskCodes, issues } = target
  const desired = desiredState(input, {
    live,
    definition: target.definition,
    schedule: desiredSchedule(document, bound.bindings, connected.engine.family),
    now,
  })
  const { bindings } = bound
  const differences = isCheck
    ? NO_WORDS
    : await diffWithDeployed(at, { deployment, version, live, bindings, compiler })
  const steps = stepNames(desired, live)
  const rights = await tokenRights(connected, { steps, live, isCheck }, { signal: call.signal })
  const hashed = {
    operation,
    workflow_id: input.workflowId,
    environment_id: environment.environmentId,
    project_code: environment.projectCode,
    tenant: document.settings.tenant ?? environment.defaults.tenant,
    version: version.version,
    version_digest: version.digest,
    policy_version: environment.policyVersion,
    task_codes: taskCodes,
    desired,
    live,
  }
  return {
    ...hashed,
    bound_names: { ...BoundNames.parse(bound.bindings), overlay: environment.overlay },
    deployed_version: deployment?.version ?? null,
    ...differences,
    steps,
    warnings: [
      ...warningsOf(operation, { ...target, desired, skewMs: connected.skewMs, now }),
      ...rights.warnings,
      ...target.compileWarnings,
      ...overlayChanges(version.document, lastOverlay(operation, deployment), environment.overlay),
    ],
    issues: [
      ...issues,
      ...rights.issues,
      ...saveIssues(connected, { ...hashed, ...target, steps }),
    ],
    engine_part_digest: partDigest(connected, { version, target, desired }),
    next_fires: firesOf(desired, now),
    plan_digest: planDigest({ ...hashed, overlay: environment.overlay }),
  }
}

/** Of the last deploy that is still there; null: nothing is deployed, or nobody knows. */
function lastOverlay(operation: Operation, deployment: Row<'workflow_deployment'> | null) {
  if (operation !== 'deploy') return null
  if (!deployment?.engine_code) return NO_OVERLAY
  return readJsonOrNull(BoundNames, deployment.bound_names)?.overlay ?? null
}

/** What would be sent, said in the names of the version: the proof of a promotion compares it. */
function partDigest(
  connected: ConnectedEnvironment,
  input: {
    readonly version: WorkflowVersion
    readonly target: { readonly bound: { readonly bindings: Bindings } }
    readonly desired: Plan['desired']
  },
): string | null {
  const { version, target } = input
  const { definition, schedule } = input.desired
  if (definition === null) return null
  const deployed = {
    bindings: target.bound.bindings,
    document: version.document,
    overlay: connected.environment.overlay,
  }
  const { value } = valueOrIssues(() =>
    documentOf(connected, deployed, {
      definition,
      schedules: schedule ? [{ id: 0, is_online: false, content: schedule }] : [],
    }),
  )
  return value && partDigestOf(value)
}

async function versionFor(
  at: OrgReader,
  input: PlanInput,
  deployment: Row<'workflow_deployment'> | null,
): Promise<WorkflowVersion> {
  if (input.operation === 'deploy') {
    return input.version === null
      ? readLatestVersion(at, input.workflowId)
      : readVersion(at, input.workflowId, input.version)
  }
  if (deployment?.engine_code === null || !deployment?.version) {
    throw new AppError(
      'not_found',
      'deployment.not_found',
      `${input.workflowId} is not deployed in ${input.environment}`,
    )
  }
  return readVersion(at, input.workflowId, deployment.version)
}
