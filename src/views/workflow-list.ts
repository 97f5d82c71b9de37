import { sql } from 'kysely'
import { z } from 'zod'
import { decodeCursor, toPage, type Page } from '../db/cursor.ts'
import { forOrg, type Db, type OrgReader } from '../db/database.ts'
import type { Row } from '../db/tables.ts'
import { holdsText } from '../db/text-search.ts'
import type { Call } from '../lib/call.ts'
import { environmentIdOf } from './execution.ts'
import { workflowConditions, type WorkflowConditions } from './workflow-filter.ts'

export const WORKFLOW_SORTS = ['id', 'updated'] as const

export interface ListDeps {
  readonly db: Db
}

interface ListFilter {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly sort: (typeof WORKFLOW_SORTS)[number]
  /** A part of the id, the name or the description, in any case. */
  readonly search?: string | undefined
  readonly owner?: string | undefined
}
export type WorkflowFilter = ListFilter &
  Omit<WorkflowConditions, 'environmentId'> & {
    /** Id or name. */
    readonly environment?: string | undefined
  }

export interface WorkflowItem {
  readonly workflow_id: string
  readonly name: string
  readonly latest_version: number | null
  readonly tags: string[]
  readonly owner: string | null
  readonly updated_at: string
}

const IdPosition = z.tuple([z.string()])
const UpdatedPosition = z.tuple([z.iso.datetime(), z.string()])

/** Every filter is in SQL, so a page is never short by one. */
export async function listWorkflows(
  deps: ListDeps,
  call: Call,
  { environment, ...filter }: WorkflowFilter,
): Promise<Page<WorkflowItem>> {
  const at = forOrg(deps.db, call.orgId)
  const environmentId = await environmentIdOf(at, environment)
  const rows = await workflowsQuery(at, { ...filter, environmentId }).execute()
  const tagsById = await tagsOf(
    at,
    rows.map((row) => row.workflow_id),
  )
  return toPage(rows, {
    limit: filter.limit,
    item: (row) => ({
      workflow_id: row.workflow_id,
      name: row.name,
      latest_version: row.latest_version,
      tags: tagsById.get(row.workflow_id) ?? [],
      owner: row.owner,
      updated_at: row.updated_at.toISOString(),
    }),
    position: (row) =>
      filter.sort === 'id' ? [row.workflow_id] : [row.updated_at.toISOString(), row.workflow_id],
  })
}

/** One row more than the limit says whether there is another page. */
export function workflowsQuery(at: OrgReader, filter: ListFilter & WorkflowConditions) {
  const query = at.q
    .selectFrom(foundWorkflows(at, filter).as('found'))
    .innerJoin('data_workflow as w', (join) =>
      join.on('w.org_id', '=', at.orgId).onRef('w.workflow_id', '=', 'found.workflow_id'),
    )
    .select(['w.workflow_id', 'w.name', 'w.latest_version', 'w.owner', 'w.updated_at'])
  return filter.sort === 'id'
    ? query.orderBy('w.workflow_id')
    : query.orderBy('w.updated_at', 'desc').orderBy('w.workflow_id', 'desc')
}

// A row has its whole draft in it: what a page shows is found by keys that have no more than is asked.
const BY_ID = sql`w USE INDEX (data_workflow_listed, data_workflow_owned)`
const BY_TIME = sql`w USE INDEX (data_workflow_listed, data_workflow_recent, data_workflow_owner)`

function foundWorkflows(at: OrgReader, filter: ListFilter & WorkflowConditions) {
  const { sort, cursor, search, owner } = filter
  let query = at.q
    .selectFrom(sql<Row<'data_workflow'>>`data_workflow`.as<'w'>(sort === 'id' ? BY_ID : BY_TIME))
    .select('w.workflow_id')
    .where('w.org_id', '=', at.orgId)
    .where('w.deleted_at', 'is', null)
    .limit(filter.limit + 1)
  if (search !== undefined) query = query.where(holdsText('w.search_text', search))
  if (owner !== undefined) query = query.where('w.owner', '=', owner)
  for (const condition of workflowConditions(filter)) query = query.where(condition)
  if (sort === 'id') {
    query = query.orderBy('w.workflow_id')
    if (cursor === undefined) return query
    return query.where('w.workflow_id', '>', decodeCursor(IdPosition, cursor)[0])
  }
  query = query.orderBy('w.updated_at', 'desc').orderBy('w.workflow_id', 'desc')
  if (cursor === undefined) return query
  const [updatedAt, id] = decodeCursor(UpdatedPosition, cursor)
  const last = new Date(updatedAt)
  return query
    .where('w.updated_at', '<=', last)
    .where((eb) => eb.or([eb('w.updated_at', '<', last), eb('w.workflow_id', '<', id)]))
}

async function tagsOf(
  at: OrgReader,
  workflowIds: readonly string[],
): Promise<ReadonlyMap<string, string[]>> {
  if (workflowIds.length === 0) return new Map()
  const rows = await at.q
    .selectFrom('data_workflow_tag')
    .select(['workflow_id', 'tag'])
    .where('org_id', '=', at.orgId)
    .where('workflow_id', 'in', workflowIds)
    .orderBy('tag')
    .execute()
  const groups = Map.groupBy(rows, (row) => row.workflow_id)
  return new Map([...groups].map(([id, group]) => [id, group.map((row) => row.tag)]))
}
