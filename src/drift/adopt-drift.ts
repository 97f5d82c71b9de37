import { forOrg, inTx, type Db, type OrgTx } from '../db/database.ts'
import type { Row } from '../db/tables.ts'
import { connectEnvironment, type ConnectDeps } from '../environments/connect-environment.ts'
import { digestOf } from '../definition/canonical.ts'
import { keepOurs } from '../definition/keep-ours.ts'
import { findIssues } from '../definition/validate.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { Bindings, Engine } from '../engine/engine.ts'
import type { EnvironmentOverlay } from '../environments/environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError, type Issue } from '../lib/errors.ts'
import type { Clock } from '../lib/time.ts'
import { deploymentChanged } from '../publishing/deployment-changed.ts'
import { deployedState, documentKept, isScheduleUnwritten } from '../publishing/deployed-state.ts'
import { readLiveState } from '../publishing/live-state.ts'
import { desiredSchedule } from '../publishing/desired-schedule.ts'
import { applyOverlay } from '../publishing/overlay.ts'
import { overlayLoss } from '../publishing/overlay-loss.ts'
import type { LiveState } from '../publishing/plan.ts'
import { scheduleFieldChanges } from './schedule-fields.ts'
import { makePlan, type PlanDeps } from '../publishing/make-plan.ts'
import { requestPublication } from '../publishing/request-publication.ts'
import { proposeVersion } from '../workflows/propose-version.ts'
import { withLiveNames } from './live-names.ts'
import { stateHint } from './state-hint.ts'
import { findDeploymentById, listApplying } from './drift-store.ts'

export interface AdoptDriftDeps extends ConnectDeps, PlanDeps {
  readonly db: Db
  readonly now: Clock
}

/**
 * What somebody made of it on the engine becomes a version, which is published like any other: so
 * it is approved by the same policy. Answers its number.
 */
export async function adoptDrift(
  deps: AdoptDriftDeps,
  call: Call,
  input: { readonly deploymentId: string; readonly overwritesDraft: boolean },
): Promise<{ readonly workflowId: string; readonly version: number }> {
  const at = forOrg(deps.db, call.orgId)
  const row = await deploymentOf(deps, call, input.deploymentId)
  const connected = await connectEnvironment(deps, at, row.environment_id)
  const { engine, compiler, environment } = connected
  const deployed = await deployedState(at, environment, { row })
  const live =
    deployed &&
    (await readLiveState(
      engine,
      { projectCode: environment.projectCode, code: deployed.live.code },
      { signal: call.signal },
    ))
  if (!deployed || !live)
    throw new AppError(
      'not_found',
      'deployment.not_found',
      `${row.workflow_id} is not on the engine of ${environment.name} any more`,
    )
  const options = { signal: call.signal }
  const bindings = await withLiveNames(connected, deployed.bindings, live.definition, options)
  assertOneSchedule(live)
  const there = documentKept(connected, { ...deployed, bindings }, live)
  const document = keepOurs(there, deployed.document)
  const decompiled = compiler.decompile(live.definition, bindings)
  const issues = [
    ...newIssues(document, there),
    ...overlayLoss(decompiled, there, deployed.overlay),
    ...(isScheduleUnwritten(deployed.live, live)
      ? []
      : scheduleLoss(document, live, { bindings, overlay: deployed.overlay, engine })),
  ]
  if (issues.length > 0)
    throw new AppError('invalid', 'workflow.invalid', 'what runs there can be no version', {
      issues,
    })
  if (digestOf(document) === digestOf(deployed.document))
    throw new AppError(
      'conflict',
      'version.unchanged',
      `the engine holds what v${row.version} says${stateHint(deployed.live, live)}`,
      { details: { version: row.version } },
    )
  const version = await inTx(at, async (tx) => {
    await assertUnchanged(tx, row)
    return proposeVersion(tx, call, {
      workflowId: row.workflow_id,
      document,
      overwritesDraft: input.overwritesDraft,
      note: `as it runs in ${environment.name}`,
      at: deps.now(),
    })
  })
  return { workflowId: row.workflow_id, version }
}

/** Which of them counts is nothing to guess: 3.1 can hold several, and starts each. */
function assertOneSchedule({ schedules }: LiveState): void {
  if (schedules.length <= 1) return
  const message = `the engine holds ${schedules.length} schedules for it: delete all but one there, or undeploy and deploy`
  throw new AppError('invalid', 'workflow.invalid', 'what runs there can be no version', {
    issues: [{ pointer: '/schedule', code: 'plan.several_schedules', message }],
  })
}

/** What a publication of ours wrote, or is writing, is nobody's edit. */
async function assertUnchanged(tx: OrgTx, row: Row<'workflow_deployment'>): Promise<void> {
  const now = await findDeploymentById(tx, row.deployment_id)
  const applying = await listApplying(tx, row.environment_id)
  const isSame = now?.updated_at.getTime() === row.updated_at.getTime()
  if (!isSame || applying.has(row.workflow_id)) throw deploymentChanged()
}

/** What the engine's schedule says and a publish of the version would change. */
function scheduleLoss(
  document: WorkflowDocument,
  live: LiveState,
  {
    bindings,
    overlay,
    engine,
  }: {
    readonly bindings: Bindings
    readonly overlay: EnvironmentOverlay
    readonly engine: Pick<Engine, 'family'>
  },
): readonly Issue[] {
  const there = live.schedules[0]?.content
  const ours = desiredSchedule(applyOverlay(document, overlay), bindings, engine.family)
  if (!there || !ours) return []
  return scheduleFieldChanges(ours, there, bindings).map(({ field, from, to }) => ({
    pointer: '/schedule',
    code: 'schedule.loses',
    message: `the schedule's ${field} is ${to} there and would be ${from}: change it in the document, or restore`,
  }))
}

/** What runs there with a fault may go on so; what only our part of the document brings may not. */
function newIssues(document: WorkflowDocument, there: WorkflowDocument): readonly Issue[] {
  const known = new Set(findIssues(there).map(({ pointer, code }) => `${code} ${pointer}`))
  return findIssues(document).filter(({ pointer, code }) => !known.has(`${code} ${pointer}`))
}

/**
 * Requests a deploy of what was published last, online or not as it was then. Answers the
 * publication's id.
 */
export async function restoreDeployment(
  deps: AdoptDriftDeps,
  call: Call,
  input: { readonly deploymentId: string },
): Promise<string> {
  const row = await deploymentOf(deps, call, input.deploymentId)
  const wanted = {
    workflowId: row.workflow_id,
    environment: row.environment_id,
    operation: 'deploy' as const,
    version: row.version,
    options: {
      online: false,
      restores: {
        is_online: Boolean(row.is_online),
        is_schedule_online: Boolean(row.is_schedule_online),
      },
    },
  }
  const plan = await makePlan(deps, call, wanted)
  return requestPublication(deps, call, {
    ...wanted,
    planDigest: plan.plan_digest,
    note: 'restores what was published',
    idempotencyKey: undefined,
  })
}

async function deploymentOf(deps: AdoptDriftDeps, call: Call, deploymentId: string) {
  const row = await findDeploymentById(forOrg(deps.db, call.orgId), deploymentId)
  if (!row?.engine_code)
    throw new AppError('not_found', 'deployment.not_found', `no deployment "${deploymentId}"`)
  return row
}
