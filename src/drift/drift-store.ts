import { sql } from 'kysely'
import type { OrgReader, OrgTx } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import { isInDrift } from './drift-filter.ts'
import type { DriftDetail, DriftFilter, DriftState, Unmanaged } from './drift.ts'

const WATCHED = [
  'deployment_id',
  'workflow_id',
  'engine_code',
  'is_online',
  'is_schedule_online',
  'schedule_id',
  'live_schedule',
  'drift_state',
  'drift_seen',
  'updated_at',
] as const
export type WatchedRow = Pick<Row<'workflow_deployment'>, (typeof WATCHED)[number]>

/** Everything that an environment holds of ours, without the contents. */
export async function listWatched(
  at: OrgReader,
  environmentId: string,
): Promise<readonly WatchedRow[]> {
  return at.q
    .selectFrom('workflow_deployment')
    .select([...WATCHED])
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
    .where('engine_code', 'is not', null)
    .execute()
}

export async function findDeploymentById(
  at: OrgReader,
  deploymentId: string,
): Promise<Row<'workflow_deployment'> | null> {
  const row = await at.q
    .selectFrom('workflow_deployment')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('deployment_id', '=', deploymentId)
    .executeTakeFirst()
  return row ?? null
}

/** Only if nothing was published since it was compared. */
export async function saveDrift(
  tx: OrgTx,
  row: Pick<WatchedRow, 'deployment_id' | 'updated_at'>,
  drift: {
    readonly state: DriftState
    readonly seen: string | null
    readonly detail: DriftDetail | null
    readonly at: Date
  },
): Promise<void> {
  await tx.q
    .updateTable('workflow_deployment')
    .set({
      drift_state: drift.state,
      drift_seen: drift.seen,
      drift_detail: drift.detail && writeJson(drift.detail),
      drift_at: drift.at,
      // Before it was edited does not count, and neither does a time that nobody saw.
      online_since:
        drift.state === 'in_sync'
          ? sql<Date>`IF(is_online, COALESCE(online_since, ${drift.at}), NULL)`
          : null,
    })
    .where('org_id', '=', tx.orgId)
    .where('deployment_id', '=', row.deployment_id)
    .where('updated_at', '=', row.updated_at)
    .execute()
}

/** Publications that are being applied right now: what they change is no drift. */
export async function listApplying(
  at: OrgReader,
  environmentId: string,
): Promise<ReadonlySet<string>> {
  const rows = await at.q
    .selectFrom('workflow_publish_record')
    .select('workflow_id')
    .where('org_id', '=', at.orgId)
    .where('state', 'in', ['applying', 'stuck'])
    .where('environment_id', '=', environmentId)
    .execute()
  return new Set(rows.map((row) => row.workflow_id))
}

export async function findWatch(
  at: OrgReader,
  environmentId: string,
): Promise<Row<'environment_drift'> | null> {
  const row = await at.q
    .selectFrom('environment_drift')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
    .executeTakeFirst()
  return row ?? null
}

/** Names beyond these are counted only. */
const SHOWN = 1_000

export async function markWatched(
  tx: OrgTx,
  environmentId: string,
  watch: { readonly at: Date; readonly isSweep: boolean; readonly unmanaged: Unmanaged },
): Promise<void> {
  const change = {
    as_of: watch.at,
    unmanaged: writeJson(watch.unmanaged.slice(0, SHOWN)),
    unmanaged_count: watch.unmanaged.length,
    last_error: null,
    updated_at: watch.at,
    ...(watch.isSweep ? { swept_at: watch.at } : {}),
  }
  await tx.q
    .insertInto('environment_drift')
    .values({ org_id: tx.orgId, environment_id: environmentId, ...change })
    .onDuplicateKeyUpdate(change)
    .execute()
}

/** What was seen stays, with the age it has. */
export async function markUnreachable(
  tx: OrgTx,
  environmentId: string,
  failure: { readonly at: Date; readonly message: string },
): Promise<void> {
  const change = {
    last_error: writeJson({ message: failure.message, at: failure.at.toISOString() }),
    updated_at: failure.at,
  }
  await tx.q
    .insertInto('environment_drift')
    .values({ org_id: tx.orgId, environment_id: environmentId, ...change })
    .onDuplicateKeyUpdate(change)
    .execute()
}

/** Deployments after an id; one more than the limit says that there is another page. */
export function deploymentsQuery(
  at: OrgReader,
  page: {
    readonly after: string | null
    readonly limit: number
    readonly environmentId: string | null
    readonly workflowId: string | null
    readonly drift: DriftFilter | null
  },
) {
  let query = at.q
    .selectFrom('workflow_deployment')
    .select([
      'deployment_id',
      'workflow_id',
      'environment_id',
      'version',
      'is_online',
      'is_schedule_online',
      'drift_state',
      'drift_at',
    ])
    .where('org_id', '=', at.orgId)
    .where('engine_code', 'is not', null)
    .orderBy('deployment_id')
    .limit(page.limit + 1)
  if (page.after !== null) query = query.where('deployment_id', '>', page.after)
  if (page.environmentId !== null) query = query.where('environment_id', '=', page.environmentId)
  if (page.workflowId !== null) query = query.where('workflow_id', '=', page.workflowId)
  if (page.drift !== null) query = query.where(isInDrift('workflow_deployment', page.drift))
  return query
}
