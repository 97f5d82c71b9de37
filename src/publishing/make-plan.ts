import { z } from 'zod'
import { forOrg, type Db, type OrgReader } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import { diffDocuments, type DocumentDiff } from '../definition/diff.ts'
import { renderDiff } from '../definition/diff-text.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import {
  connectEnvironment,
  type ConnectDeps,
  type ConnectedEnvironment,
} from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError, isAppError, type Issue } from '../lib/errors.ts'
import type { Clock } from '../lib/time.ts'
import { readLatestVersion, readVersion } from '../workflows/read-version.ts'
import type { WorkflowVersion } from '../workflows/workflow.ts'
import { bindNames } from './bind-names.ts'
import { findDeployment, listWorkflowCodes } from './deployment-store.ts'
import { desiredSchedule } from './desired-schedule.ts'
import { findLeftover } from './leftover.ts'
import { readLiveState } from './live-state.ts'
import { ownershipIssues } from './ownership.ts'
import { applyOverlay } from './overlay.ts'
import { planDigest, type DesiredState, type LiveState, type Plan } from './plan.ts'
import { firesOf, warningsOf } from './plan-notes.ts'
import { stepNames } from './plan-steps.ts'
import type { Operation, PublishOptions } from './publication.ts'
import { taskCodesFor } from './task-codes.ts'

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
}

const TaskCodes = z.record(z.string(), z.string())

/** Compiles, resolves, reads the engine and compares; changes nothing anywhere. */
export async function makePlan(deps: PlanDeps, call: Call, input: PlanInput): Promise<Plan> {
  const at = forOrg(deps.db, call.orgId)
  const connected = await connectEnvironment(deps, at, input.environment)
  const { environment } = connected
  const place = { workflowId: input.workflowId, environmentId: environment.environmentId }
  const deployment = await findDeployment(at, place)
  const version = await versionFor(at, input, deployment)
  const target = await compileTarget(call, at, {
    connected,
    version,
    deployment,
    taskCodes: input.taskCodes,
  })
  const { live, bound, document, taskCodes, issues } = target
  const desired = desiredState(input, {
    live,
    document,
    definition: target.definition,
    schedule: desiredSchedule(document, bound.bindings, connected.engine.family),
  })
  const differences = await diffWithDeployed(at, { deployment, version, target, connected })
  const hashed = {
    operation: input.operation,
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
    ...differences,
    steps: stepNames(desired, live),
    warnings: warningsOf(input.operation, {
      live,
      desired,
      skewMs: connected.skewMs,
      isLeftover: target.isLeftover,
    }),
    issues: [...issues],
    next_fires: firesOf(desired, deps.now()),
    plan_digest: planDigest({ ...hashed, overlay: environment.overlay }),
  }
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

interface TargetInput {
  readonly connected: ConnectedEnvironment
  readonly version: WorkflowVersion
  readonly deployment: Row<'workflow_deployment'> | null
  readonly taskCodes: Readonly<Record<string, string>> | undefined
}

/** The version as the environment would hold it, next to what the engine holds. */
async function compileTarget(
  call: Call,
  at: OrgReader,
  { connected, version, deployment, taskCodes: given }: TargetInput,
) {
  const { engine, environment, compiler } = connected
  const options = { signal: call.signal }
  const document = applyOverlay(version.document, environment.overlay)
  const { projectCode, environmentId } = environment
  const place = { workflowId: version.workflowId, environmentId }
  const leftover = deployment?.engine_code
    ? null
    : await findLeftover(at, engine, { place, projectCode, name: document.name }, options)
  const known = deployment?.engine_code
    ? readJson(TaskCodes, deployment.task_codes)
    : (leftover?.taskCodes ?? {})
  const taskCodes = given ?? taskCodesFor(document, known)
  const neighbours = await listWorkflowCodes(at, environmentId)
  const workflowCodes = Object.fromEntries(
    neighbours.map((entry) => [entry.workflow_id, entry.engine_code ?? '']),
  )
  const bound = await bindNames(
    { engine, environment, document, taskCodes, workflowCodes },
    options,
  )
  const code = deployment?.engine_code ?? leftover?.code
  const live = code ? await readLiveState(engine, { projectCode, code }, options) : null
  const compiled = compileOrIssues(() => compiler.compile(document, bound.bindings))
  const owned = await ownershipIssues(
    engine,
    { projectCode, name: document.name, deployment, live },
    options,
  )
  const issues = [...bound.issues, ...compiled.issues, ...owned]
  return {
    document,
    taskCodes,
    bound,
    live,
    isLeftover: leftover !== null,
    definition: compiled.definition,
    issues,
  }
}

function compileOrIssues<T>(compile: () => T): {
  readonly definition: T | null
  readonly issues: readonly Issue[]
} {
  try {
    return { definition: compile(), issues: [] }
  } catch (error) {
    if (!isAppError(error, 'invalid')) throw error
    return { definition: null, issues: error.issues }
  }
}

interface Considered {
  readonly live: LiveState | null
  readonly document: WorkflowDocument
  readonly definition: DesiredState['definition']
  readonly schedule: DesiredState['schedule']
}

/** A deploy keeps online and schedule as they are, unless it says `online`; the first one is offline. */
function desiredState(
  { operation, options }: PlanInput,
  { live, definition, schedule }: Considered,
): DesiredState {
  const isScheduleOnline = live?.schedules.some((entry) => entry.is_online) ?? false
  switch (operation) {
    case 'deploy': {
      const isOnline = options.online || (live?.is_online ?? false)
      return {
        definition,
        is_online: isOnline,
        schedule,
        is_schedule_online: schedule !== null && isOnline && (options.online || isScheduleOnline),
      }
    }
    case 'online':
      return {
        definition: live?.definition ?? null,
        is_online: true,
        schedule,
        is_schedule_online: schedule !== null,
      }
    case 'offline':
      return {
        definition: live?.definition ?? null,
        is_online: false,
        schedule,
        is_schedule_online: false,
      }
    case 'undeploy':
      return { definition: null, is_online: false, schedule: null, is_schedule_online: false }
  }
}

async function diffWithDeployed(
  at: OrgReader,
  {
    deployment,
    version,
    target,
    connected,
  }: {
    readonly deployment: Row<'workflow_deployment'> | null
    readonly version: WorkflowVersion
    readonly target: Awaited<ReturnType<typeof compileTarget>>
    readonly connected: ConnectedEnvironment
  },
): Promise<Pick<Plan, 'changes' | 'changes_text' | 'drift_text'>> {
  const last = deployment?.version
    ? await readVersion(at, version.workflowId, deployment.version)
    : null
  const changes: DocumentDiff | null = last ? diffDocuments(last.document, version.document) : null
  const text = changes
    ? renderDiff(changes)
    : `+ workflow ${version.workflowId} v${version.version}: ${version.document.tasks.length} tasks\n`
  const { live, bound } = target
  if (!live || !deployment?.live_json) return { changes, changes_text: text, drift_text: null }
  const { compiler } = connected
  const before = compiler.decompile(JSON.parse(deployment.live_json), bound.bindings)
  const drift = diffDocuments(before, compiler.decompile(live.definition, bound.bindings))
  return { changes, changes_text: text, drift_text: drift.is_empty ? null : renderDiff(drift) }
}
