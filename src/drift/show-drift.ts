import { z } from 'zod'
import { decodeCursor, toPage } from '../db/cursor.ts'
import { forOrg, type Db } from '../db/database.ts'
import { readJsonOrNull } from '../db/json-column.ts'
import { assertEnvironment, readEnvironmentRow } from '../environments/assert-environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { DRIFT_STATES, DriftDetail, Unmanaged, type DriftFilter } from './drift.ts'
import { findDeploymentById, findWatch, deploymentsQuery } from './drift-store.ts'

export interface ShowDriftDeps {
  readonly db: Db
}

const LastError = z.object({ message: z.string(), at: z.string() })
const Position = z.tuple([z.string()])
const State = z.enum(DRIFT_STATES).nullable()

interface DeploymentFacts {
  readonly deployment_id: string
  readonly workflow_id: string
  readonly environment_id: string
  readonly version: number | null
  readonly is_online: number
  readonly is_schedule_online: number
  readonly drift_state: string | null
  readonly drift_at: Date | null
}

/** Everything that is deployed, by drift, environment or workflow. */
export async function pageOfDeployments(
  deps: ShowDriftDeps,
  call: Call,
  filter: {
    readonly limit: number
    readonly cursor?: string | undefined
    readonly environment?: string | undefined
    readonly workflow_id?: string | undefined
    readonly drift?: DriftFilter | undefined
  },
) {
  const at = forOrg(deps.db, call.orgId)
  const [after] = filter.cursor === undefined ? [null] : decodeCursor(Position, filter.cursor)
  const rows = await deploymentsQuery(at, {
    after,
    limit: filter.limit,
    environmentId:
      filter.environment === undefined ? null : await assertEnvironment(at, filter.environment),
    workflowId: filter.workflow_id ?? null,
    drift: filter.drift ?? null,
  }).execute()
  return toPage(rows, {
    limit: filter.limit,
    item: toDeployment,
    position: (row) => [row.deployment_id],
  })
}

/** One deployment, with what is different on its engine. */
export async function showDeployment(
  deps: ShowDriftDeps,
  call: Call,
  input: { readonly deploymentId: string },
) {
  const at = forOrg(deps.db, call.orgId)
  const row = await findDeploymentById(at, input.deploymentId)
  if (!row)
    throw new AppError('not_found', 'deployment.not_found', `no deployment "${input.deploymentId}"`)
  return { ...toDeployment(row), drift: readJsonOrNull(DriftDetail, row.drift_detail) }
}

function toDeployment(row: DeploymentFacts) {
  return {
    deployment_id: row.deployment_id,
    workflow_id: row.workflow_id,
    environment_id: row.environment_id,
    version: row.version,
    is_online: Boolean(row.is_online),
    is_schedule_online: Boolean(row.is_schedule_online),
    drift_state: State.parse(row.drift_state),
    drift_as_of: row.drift_at?.toISOString() ?? null,
  }
}

/** How the last look at an environment went, and what it holds that nobody manages. */
export async function showWatch(
  deps: ShowDriftDeps,
  call: Call,
  input: { readonly environment: string },
) {
  const at = forOrg(deps.db, call.orgId)
  const environment = await readEnvironmentRow(at, input.environment)
  const watch = await findWatch(at, environment.environmentId)
  const error = readJsonOrNull(LastError, watch?.last_error ?? null)
  return {
    environment: environment.name,
    is_reachable: watch === null ? null : error === null,
    as_of: watch?.as_of?.toISOString() ?? null,
    swept_at: watch?.swept_at?.toISOString() ?? null,
    last_error: error,
    unmanaged_count: watch?.unmanaged_count ?? 0,
    unmanaged: readJsonOrNull(Unmanaged, watch?.unmanaged ?? null) ?? [],
  }
}
