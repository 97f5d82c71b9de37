import { sql, type RawBuilder } from 'kysely'
import { isInDrift } from '../drift/drift-filter.ts'
import type { DriftFilter } from '../drift/drift.ts'

/** `versioned`: not deployed; `online` and `offline`: deployed and so. */
export const WORKFLOW_STATES = ['draft', 'versioned', 'deployed', 'online', 'offline'] as const

export interface WorkflowConditions {
  readonly tag?: string | undefined
  /** Of one of its newest version's tasks. */
  readonly type?: string | undefined
  readonly state?: (typeof WORKFLOW_STATES)[number] | undefined
  readonly drift?: DriftFilter | undefined
  /** Missing: in any. */
  readonly environmentId?: string | undefined
}

type Condition = RawBuilder<boolean>

/** Of a row `w` of `data_workflow`, from what other tables say of it. */
export function workflowConditions(filter: WorkflowConditions): readonly Condition[] {
  const { tag, type, state, drift, environmentId } = filter
  const isVersioned = sql<boolean>`w.latest_version IS NOT NULL`
  const place =
    environmentId === undefined ? [] : [sql<boolean>`d.environment_id = ${environmentId}`]
  const how = [
    ...(state === 'online' ? [sql<boolean>`d.is_online = 1`] : []),
    ...(state === 'offline' ? [sql<boolean>`d.is_online = 0`] : []),
    ...(drift === undefined ? [] : [isInDrift('d', drift)]),
  ]
  const hasPlace = drift === undefined || drift === 'in_sync' ? isDeployed : isAmongFew
  const isThere = state === undefined ? place.length > 0 : state === 'deployed'
  return [
    ...(tag === undefined ? [] : [hasTag(tag)]),
    ...(type === undefined ? [] : [hasTaskOf(type)]),
    ...(state === 'draft' ? [sql<boolean>`w.latest_version IS NULL`] : []),
    ...(state === 'versioned' ? [isVersioned, sql<boolean>`NOT (${isDeployed(place)})`] : []),
    ...(isThere || how.length > 0 ? [hasPlace([...place, ...how])] : []),
  ]
}

function hasTag(tag: string): Condition {
  return sql<boolean>`EXISTS (
    SELECT 1 FROM data_workflow_tag AS g
    WHERE g.org_id = w.org_id AND g.workflow_id = w.workflow_id AND g.tag = ${tag})`
}

// The keys that are named hold all that is asked; the servers would read whole rows by another.
function hasTaskOf(type: string): Condition {
  return sql<boolean>`EXISTS (
    SELECT 1 FROM data_task AS t USE INDEX (data_task_type)
    WHERE t.org_id = w.org_id AND t.workflow_id = w.workflow_id AND t.type = ${type})`
}

/** Few of all workflows: the server begins with them. */
function isAmongFew(conditions: readonly Condition[]): Condition {
  return sql<boolean>`EXISTS (
    SELECT 1 FROM workflow_deployment AS d
    USE INDEX (workflow_deployment_found, workflow_deployment_drifted)
    WHERE ${deployed(conditions)})`
}

/** Many: one after the other until the page is full. Of an EXISTS the server would gather all. */
function isDeployed(conditions: readonly Condition[]): Condition {
  return sql<boolean>`(
    SELECT 1 FROM workflow_deployment AS d USE INDEX (workflow_deployment_found)
    WHERE ${deployed(conditions)} LIMIT 1) IS NOT NULL`
}

function deployed(conditions: readonly Condition[]): RawBuilder<unknown> {
  const own = sql`d.org_id = w.org_id AND d.workflow_id = w.workflow_id AND d.engine_code IS NOT NULL`
  return sql.join([own, ...conditions], sql` AND `)
}
