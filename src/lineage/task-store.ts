import { sql, type ExpressionBuilder } from 'kysely'
import type { OrgReader } from '../db/database.ts'
import type { Database, Row } from '../db/tables.ts'
import { holdsText } from '../db/text-search.ts'
import type { TaskId } from './lineage.ts'

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

/** A narrow key that a search can be answered from; the servers would read whole rows. */
const BY_TEXT = sql`t USE INDEX (data_task_listed)`

/** In order of workflow and key; one more than the limit says that there is another page. */
export function tasksQuery(at: OrgReader, filter: TaskFilter) {
  const { workflowId, owner, type, reads, writes, search, among, after } = filter
  let query = at.q
    .selectFrom(sql<Row<'data_task'>>`data_task`.as<'t'>(search === undefined ? sql`t` : BY_TEXT))
    // Every task has its workflow; an outer join keeps the server from beginning with all of those.
    .leftJoin('data_workflow as w', (join) =>
      join.onRef('w.org_id', '=', 't.org_id').onRef('w.workflow_id', '=', 't.workflow_id'),
    )
    .select(['t.workflow_id', 't.task_key', 't.version', 't.name', 't.type', 't.owner'])
    .select(['t.is_disabled', 't.is_last', 't.datasets_state', 't.node_attrs'])
    .where('t.org_id', '=', at.orgId)
    .where('w.deleted_at', 'is', null)
    .orderBy('t.workflow_id')
    .orderBy('t.task_key')
    .limit(filter.limit + 1)
  if (workflowId !== undefined) query = query.where('t.workflow_id', '=', workflowId)
  if (owner !== undefined) query = query.where('t.owner', '=', owner)
  if (type !== undefined) query = query.where('t.type', '=', type)
  if (reads !== undefined) query = query.where((eb) => touches(eb, 'read', reads))
  if (writes !== undefined) query = query.where((eb) => touches(eb, 'write', writes))
  if (search !== undefined) query = query.where(holdsText('t', search))
  if (among !== undefined) query = query.where((eb) => isAmong(eb, among))
  if (after !== null) {
    query = query.where((eb) =>
      eb.and([
        eb('t.workflow_id', '>=', after.workflowId),
        eb.or([eb('t.workflow_id', '>', after.workflowId), eb('t.task_key', '>', after.taskKey)]),
      ]),
    )
  }
  return query
}

type TaskExpression = ExpressionBuilder<Database & { t: Database['data_task'] }, 't'>

function touches(eb: TaskExpression, direction: 'read' | 'write', key: string) {
  return eb.exists(
    eb
      .selectFrom('task_dataset as d')
      .select(sql<number>`1`.as('one'))
      .whereRef('d.org_id', '=', 't.org_id')
      .whereRef('d.workflow_id', '=', 't.workflow_id')
      .whereRef('d.task_key', '=', 't.task_key')
      .where('d.direction', '=', direction)
      .where('d.dataset_key', '=', key),
  )
}

function isAmong(eb: TaskExpression, tasks: readonly TaskId[]) {
  return eb.or(
    [...Map.groupBy(tasks, (task) => task.workflowId)].map(([workflowId, group]) =>
      eb.and([
        eb('t.workflow_id', '=', workflowId),
        eb(
          't.task_key',
          'in',
          group.map((task) => task.taskKey),
        ),
      ]),
    ),
  )
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
