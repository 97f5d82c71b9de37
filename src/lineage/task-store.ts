import { sql, type RawBuilder } from 'kysely'
import type { OrgReader } from '../db/database.ts'
import type { Row } from '../db/tables.ts'
import { holdsText } from '../db/text-search.ts'
import { READER_REVISION, type TaskId } from './lineage.ts'

export type FoundTask = Omit<Row<'data_task'>, 'org_id'>

export interface TaskFilter {
  readonly workflowId?: string | undefined
  readonly owner?: string | undefined
  readonly type?: string | undefined
  /** Keys of datasets (`datasetKey`). */
  readonly reads?: string | undefined
  readonly writes?: string | undefined
  /** A part of the key or the name, in any case. */
  readonly search?: string | undefined
  /** Only some of these. */
  readonly among?: readonly TaskId[] | undefined
  readonly after: TaskId | null
  readonly limit: number
}

/** In order of workflow and key; one more than the limit says that there is another page. */
export function tasksQuery(at: OrgReader, filter: TaskFilter) {
  return (
    at.q
      // Found by narrow keys: a row has all of the task in it.
      .selectFrom(foundTasks(at, filter).as('found'))
      .innerJoin('data_task as t', (join) =>
        join
          .on('t.org_id', '=', at.orgId)
          .onRef('t.workflow_id', '=', 'found.workflow_id')
          .onRef('t.task_key', '=', 'found.task_key'),
      )
      .select(['t.workflow_id', 't.task_key', 't.version', 't.name', 't.type', 't.owner'])
      .select(['t.is_disabled', 't.is_last', 't.datasets_state', 't.node_attrs'])
      .orderBy('t.workflow_id')
      .orderBy('t.task_key')
  )
}

type TaskIdRow = Pick<Row<'data_task'>, 'workflow_id' | 'task_key'>
type Sql = RawBuilder<unknown>

/**
 * The tables are joined so that the server walks one of them in order and stops at the limit: a
 * dataset that half of the tasks read is no longer way than one that a single task reads. A search
 * finds its workflows first, each of which has a task that fits.
 */
function foundTasks(at: OrgReader, filter: TaskFilter): RawBuilder<TaskIdRow> {
  const { search, reads, writes, workflowId, among } = filter
  const isWide = search !== undefined && workflowId === undefined && among === undefined
  const first = sql.table(isWide ? 't' : reads ? 'r' : writes ? 'o' : 't')
  return sql<TaskIdRow>`(
    SELECT t.workflow_id, t.task_key
    FROM ${isWide ? sql`${workflowsWith(at, filter, search)} AS s JOIN` : sql``}
    ${fittingTasks(at, filter, first)} ${isWide ? sql`AND t.workflow_id = s.workflow_id` : sql``}
    ORDER BY ${first}.workflow_id, ${first}.task_key
    LIMIT ${filter.limit + 1})`
}

/** Not written yet, or beside newer rows by a replica of a release that knows no words. */
const isUngathered = sql<boolean>`p.task_text IS NULL OR p.reader_revision <> ${READER_REVISION}`

function workflowsWith(at: OrgReader, filter: TaskFilter, search: string): Sql {
  const from = filter.after === null ? sql`` : sql`AND p.workflow_id >= ${filter.after.workflowId}`
  return sql`(
    SELECT p.workflow_id FROM workflow_projection AS p
    WHERE p.org_id = ${at.orgId} ${from}
    AND (${isUngathered} OR ${holdsText('p.task_text', search)})
    AND (
      SELECT 1 FROM ${fittingTasks(at, filter, sql.table('t'))} AND t.workflow_id = p.workflow_id
      LIMIT 1
    ) IS NOT NULL
    ORDER BY p.workflow_id
    LIMIT ${filter.limit + 1})`
}

/** Every task has its workflow; an outer join keeps the server from beginning with all of those. */
function fittingTasks(at: OrgReader, filter: TaskFilter, first: Sql): Sql {
  const { search, reads, writes } = filter
  return sql`
    data_task AS t ${search === undefined ? sql`` : sql`USE INDEX (data_task_listed)`}
    ${reads === undefined ? sql`` : datasetJoin(sql.table('r'), 'read', reads)}
    ${writes === undefined ? sql`` : datasetJoin(sql.table('o'), 'write', writes)}
    LEFT JOIN data_workflow AS w ON w.org_id = t.org_id AND w.workflow_id = t.workflow_id
    WHERE ${sql.join(conditionsOf(at, filter, first), sql` AND `)}`
}

function datasetJoin(alias: Sql, direction: 'read' | 'write', key: string): Sql {
  return sql`
    JOIN task_dataset AS ${alias} USE INDEX (task_dataset_dataset)
    ON ${alias}.org_id = t.org_id AND ${alias}.workflow_id = t.workflow_id
    AND ${alias}.task_key = t.task_key
    AND ${alias}.direction = ${direction} AND ${alias}.dataset_key = ${key}`
}

function conditionsOf(at: OrgReader, filter: TaskFilter, first: Sql): readonly Sql[] {
  const { workflowId, owner, type, search, among, after } = filter
  return [
    sql`${first}.org_id = ${at.orgId} AND w.deleted_at IS NULL`,
    ...(workflowId === undefined ? [] : [sql`t.workflow_id = ${workflowId}`]),
    ...(owner === undefined ? [] : [sql`t.owner = ${owner}`]),
    ...(type === undefined ? [] : [sql`t.type = ${type}`]),
    ...(search === undefined ? [] : [holdsText('t.search_text', search)]),
    ...(among === undefined ? [] : [isAmong(among)]),
    ...(after === null
      ? []
      : [
          sql`${first}.workflow_id >= ${after.workflowId}`,
          sql`(${first}.workflow_id > ${after.workflowId} OR ${first}.task_key > ${after.taskKey})`,
        ]),
  ]
}

function isAmong(tasks: readonly TaskId[]): Sql {
  const groups = [...Map.groupBy(tasks, (task) => task.workflowId)].map(
    ([workflowId, group]) =>
      sql`t.workflow_id = ${workflowId} AND t.task_key IN (${sql.join(group.map((task) => task.taskKey))})`,
  )
  return sql`(${sql.join(groups, sql` OR `)})`
}

export type FoundDataset = Pick<
  Row<'task_dataset'>,
  'workflow_id' | 'task_key' | 'direction' | 'dataset' | 'dataset_key' | 'origin'
>

export async function listDatasetsOf(
  at: OrgReader,
  tasks: readonly { readonly workflow_id: string; readonly task_key: string }[],
): Promise<readonly FoundDataset[]> {
  if (tasks.length === 0) return []
  return at.q
    .selectFrom('task_dataset')
    .select(['workflow_id', 'task_key', 'direction', 'dataset', 'dataset_key', 'origin'])
    .where('org_id', '=', at.orgId)
    .where((eb) =>
      eb.or(
        [...Map.groupBy(tasks, (task) => task.workflow_id)].map(([workflowId, group]) =>
          eb.and([
            eb('workflow_id', '=', workflowId),
            eb(
              'task_key',
              'in',
              group.map((task) => task.task_key),
            ),
          ]),
        ),
      ),
    )
    .orderBy('dataset')
    .execute()
}
