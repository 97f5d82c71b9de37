import { assertMembers } from '../access/assert-members.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type Db } from '../db/database.ts'
import { findReplay, idempotently } from '../db/idempotent.ts'
import { writeJson } from '../db/json-column.ts'
import type { EngineProject } from '../engine/catalog.ts'
import type { Engine } from '../engine/engine.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { Clock } from '../lib/time.ts'
import { addressOf } from './connect-cluster.ts'
import { familyOf, type ConnectDeps } from './connect-environment.ts'
import { getClusterRow } from './cluster-store.ts'
import type { EnvironmentDefaults, EnvironmentOverlay, EnvironmentPolicy } from './environment.ts'
import { findFirstRights, keepRights } from './keep-rights.ts'
import { showAllEnvironments, showEnvironment } from './show-environment.ts'
import {
  assertNameFree,
  deleteEnvironment,
  getEnvironment,
  insertEnvironment,
  lockEnvironment,
  updateEnvironment,
} from './environment-store.ts'
import { toSettings } from './environment-view.ts'

export interface EnvironmentDeps extends ConnectDeps {
  readonly db: Db
  readonly now: Clock
}

export interface EnvironmentInput {
  readonly name: string
  readonly cluster_id: string
  readonly project_code: string | null
  readonly project_name: string | null
  readonly create_project: boolean
  readonly stage_rank: number
  readonly defaults: EnvironmentDefaults
  readonly overlay: EnvironmentOverlay
  readonly policy: EnvironmentPolicy
}

/** Binds an engine project: found by code or name, or made when that is asked for. */
export async function createEnvironment(
  deps: EnvironmentDeps,
  call: Call,
  input: EnvironmentInput & { readonly idempotencyKey: string | undefined },
) {
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  const { idempotencyKey, ...request } = input
  const idempotent = {
    operation: 'createEnvironment',
    key: idempotencyKey,
    request: JSON.parse(JSON.stringify(request)),
    at,
  }
  // Looked for first: a repeat has nothing to ask of the engine, which may be silent by then.
  const replayed = await findReplay(db, call, idempotent)
  if (replayed !== null) return showEnvironment(db, replayed)
  const cluster = await getClusterRow(db, input.cluster_id)
  const { engine } = deps.factory.connect({
    ...addressOf(deps.secrets, cluster),
    family: familyOf(cluster),
  })
  await assertMembers(db, input.policy.approvers, ['policy', 'approvers'])
  await assertNameFree(db, input.name)
  const project = await findOrMakeProject(engine, call, input)
  const rights = await findFirstRights(engine, call, { cluster, project, overlay: input.overlay })
  const { value } = await idempotently(db, call, idempotent, async (tx) => {
    const environmentId = newId('env')
    await keepRights(tx, cluster, {
      environment_id: environmentId,
      as_of: at.toISOString(),
      ...rights,
    })
    await insertEnvironment(tx, {
      environment_id: environmentId,
      name: input.name,
      cluster_id: cluster.cluster_id,
      engine_key: cluster.engine_key,
      project_code: project.code,
      project_name: project.name,
      stage_rank: input.stage_rank,
      defaults: writeJson(input.defaults),
      overlay: writeJson(input.overlay),
      policy: writeJson(input.policy),
      policy_version: 1,
      revision: 1,
      created_at: at,
      updated_at: at,
    })
    await recordAudit(tx, call, {
      action: 'environment.create',
      subjectType: 'environment',
      subjectId: environmentId,
      after: { ...request, project_code: project.code },
      at,
    })
    return environmentId
  })
  return showEnvironment(db, value)
}

async function findOrMakeProject(
  engine: Engine,
  call: Call,
  input: EnvironmentInput,
): Promise<EngineProject> {
  const projects = await engine.listProjects({ signal: call.signal })
  const found = projects.find((project) =>
    input.project_code === null
      ? project.name === input.project_name
      : project.code === input.project_code,
  )
  if (found) return found
  if (!input.create_project || input.project_name === null || input.project_code !== null) {
    throw new AppError(
      'invalid',
      'request.invalid',
      'the engine has no such project, or its user does not see it',
      {
        issues: [
          {
            pointer: input.project_code === null ? '/project_name' : '/project_code',
            code: 'engine.not_found',
            message: 'no such project; `create_project` makes one',
          },
        ],
      },
    )
  }
  return engine.createProject(
    { name: input.project_name, description: 'Released by Slipway' },
    { signal: call.signal },
  )
}

export interface EnvironmentChange {
  readonly name?: string | undefined
  readonly stage_rank?: number | undefined
  readonly defaults?: EnvironmentDefaults | undefined
  readonly overlay?: EnvironmentOverlay | undefined
  readonly policy?: EnvironmentPolicy | undefined
}

/** What a plan was made with (defaults, overlay, policy) raises the policy version: old plans are void. */
export async function changeEnvironment(
  deps: EnvironmentDeps,
  call: Call,
  input: {
    readonly environmentId: string
    readonly revision: number | null
    readonly change: EnvironmentChange
  },
) {
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  const { name, stage_rank, defaults, overlay, policy } = input.change
  const environmentId = await inTx(db, async (tx) => {
    const before = await lockEnvironment(tx, input.environmentId)
    await assertMembers(tx, policy?.approvers ?? [], ['approvers'])
    const isPolicyChanged = defaults !== undefined || overlay !== undefined || policy !== undefined
    const isSaved = await updateEnvironment(tx, before.environmentId, {
      ...(name === undefined ? {} : { name }),
      ...(stage_rank === undefined ? {} : { stage_rank }),
      ...(defaults === undefined ? {} : { defaults: writeJson(defaults) }),
      ...(overlay === undefined ? {} : { overlay: writeJson(overlay) }),
      ...(policy === undefined ? {} : { policy: writeJson(policy) }),
      policy_version: before.policyVersion + (isPolicyChanged ? 1 : 0),
      updated_at: at,
      revision: input.revision ?? before.revision,
    })
    if (!isSaved)
      throw new AppError(
        'conflict',
        'request.stale',
        'the environment was changed since it was read',
        { details: { current_revision: before.revision } },
      )
    await recordAudit(tx, call, {
      action: 'environment.change',
      subjectType: 'environment',
      subjectId: before.environmentId,
      before: toSettings(before),
      after: input.change,
      at,
    })
    return before.environmentId
  })
  return showEnvironment(db, environmentId)
}

/** Only while nothing hangs on it: whatever was published, run or watched there is history. */
export async function removeEnvironment(
  deps: EnvironmentDeps,
  call: Call,
  input: { readonly environmentId: string },
): Promise<void> {
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const environment = await getEnvironment(tx, input.environmentId)
    await deleteEnvironment(tx, environment.environmentId)
    await recordAudit(tx, call, {
      action: 'environment.delete',
      subjectType: 'environment',
      subjectId: environment.environmentId,
      before: { name: environment.name },
      at: deps.now(),
    })
  })
}

export async function readEnvironment(
  deps: { readonly db: Db },
  call: Call,
  input: { readonly environmentId: string },
) {
  return showEnvironment(forOrg(deps.db, call.orgId), input.environmentId)
}

/** All of them: an organization has a handful. */
export async function allEnvironments(deps: { readonly db: Db }, call: Call) {
  return showAllEnvironments(forOrg(deps.db, call.orgId))
}
