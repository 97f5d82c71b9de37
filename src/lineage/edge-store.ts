import { sql, type Expression, type SqlBool } from 'kysely'
import type { OrgReader } from '../db/database.ts'
import type { EdgeOrigin, TaskId } from './lineage.ts'

export interface Edge {
  readonly from: TaskId
  readonly to: TaskId
  readonly origin: EdgeOrigin
  readonly dataset: string | null
}

export type Direction = 'upstream' | 'downstream'

interface EdgeRow {
  readonly from_workflow_id: string
  readonly from_key: string
  readonly workflow_id: string
  readonly to_key: string
  readonly origin: string
  readonly dataset: string | null
}

function toEdge(row: EdgeRow): Edge {
  return {
    from: { workflowId: row.from_workflow_id, taskKey: row.from_key },
    to: { workflowId: row.workflow_id, taskKey: row.to_key },
    origin: originOf(row.origin),
    dataset: row.dataset,
  }
}

function originOf(text: string): EdgeOrigin {
  return text === 'declared' || text === 'dependent' || text === 'sub_workflow' ? text : 'inferred'
}

/** What tasks were told to wait for, on one side of these tasks (an empty key: whole workflows). */
export async function listRelations(
  at: OrgReader,
  { tasks, direction, limit }: { tasks: readonly TaskId[]; direction: Direction; limit: number },
): Promise<readonly Edge[]> {
  if (tasks.length === 0) return []
  const sides =
    direction === 'upstream'
      ? { workflow: sql.ref('r.workflow_id'), key: sql.ref('r.to_key') }
      : { workflow: sql.ref('r.from_workflow_id'), key: sql.ref('r.from_key') }
  const rows = await relationsQuery(at, limit).where(among(tasks, sides)).execute()
  return rows.map((row) => toEdge({ ...row, dataset: null }))
}

/** All that tasks of a workflow wait for (`upstream`), or that others wait for in it. */
export async function listRelationsOfWorkflow(
  at: OrgReader,
  { workflowId, direction, limit }: { workflowId: string; direction: Direction; limit: number },
): Promise<readonly Edge[]> {
  const column = direction === 'upstream' ? 'r.workflow_id' : 'r.from_workflow_id'
  const rows = await relationsQuery(at, limit).where(column, '=', workflowId).execute()
  return rows.map((row) => toEdge({ ...row, dataset: null }))
}

function relationsQuery(at: OrgReader, limit: number) {
  return at.q
    .selectFrom('workflow_task_relation as r')
    .innerJoin('data_workflow as f', (join) =>
      join.onRef('f.org_id', '=', 'r.org_id').onRef('f.workflow_id', '=', 'r.from_workflow_id'),
    )
    .innerJoin('data_workflow as t', (join) =>
      join.onRef('t.org_id', '=', 'r.org_id').onRef('t.workflow_id', '=', 'r.workflow_id'),
    )
    .select(['r.from_workflow_id', 'r.from_key', 'r.workflow_id', 'r.to_key', 'r.origin'])
    .where('r.org_id', '=', at.orgId)
    .where('f.deleted_at', 'is', null)
    .where('t.deleted_at', 'is', null)
    .limit(limit)
}

/** One writes what the other reads, with these tasks on the other end; what a person dismissed is none. */
export async function listInferred(
  at: OrgReader,
  { tasks, direction, limit }: { tasks: readonly TaskId[]; direction: Direction; limit: number },
): Promise<readonly Edge[]> {
  if (tasks.length === 0) return []
  const side = direction === 'upstream' ? 'i' : 'o'
  const sides = { workflow: sql.ref(`${side}.workflow_id`), key: sql.ref(`${side}.task_key`) }
  const rows = await inferredQuery(at, limit).where(among(tasks, sides)).execute()
  return rows.map((row) => toEdge({ ...row, origin: 'inferred' }))
}

export async function listInferredOfWorkflow(
  at: OrgReader,
  { workflowId, direction, limit }: { workflowId: string; direction: Direction; limit: number },
): Promise<readonly Edge[]> {
  const column = direction === 'upstream' ? 'i.workflow_id' : 'o.workflow_id'
  const rows = await inferredQuery(at, limit).where(column, '=', workflowId).execute()
  return rows.map((row) => toEdge({ ...row, origin: 'inferred' }))
}

function pairsQuery(at: OrgReader) {
  return at.q
    .selectFrom('task_dataset as o')
    .innerJoin('task_dataset as i', (join) =>
      join
        .onRef('i.org_id', '=', 'o.org_id')
        .onRef('i.dataset_key', '=', 'o.dataset_key')
        .on('i.direction', '=', 'read'),
    )
    .innerJoin('data_workflow as f', (join) =>
      join.onRef('f.org_id', '=', 'o.org_id').onRef('f.workflow_id', '=', 'o.workflow_id'),
    )
    .innerJoin('data_workflow as t', (join) =>
      join.onRef('t.org_id', '=', 'i.org_id').onRef('t.workflow_id', '=', 'i.workflow_id'),
    )
    .where('o.org_id', '=', at.orgId)
    .where('i.org_id', '=', at.orgId)
    .where('o.direction', '=', 'write')
    .where('f.deleted_at', 'is', null)
    .where('t.deleted_at', 'is', null)
}

export function inferredQuery(at: OrgReader, limit: number) {
  return pairsQuery(at)
    .leftJoin('workflow_dependency_decision as x', (join) =>
      join
        .onRef('x.org_id', '=', 'o.org_id')
        .onRef('x.workflow_id', '=', 'i.workflow_id')
        .onRef('x.upstream_workflow_id', '=', 'o.workflow_id')
        .onRef('x.dataset_key', '=', 'o.dataset_key')
        .on('x.decision', '=', 'dismissed'),
    )
    .select(['o.workflow_id as from_workflow_id', 'o.task_key as from_key'])
    .select(['i.workflow_id', 'i.task_key as to_key', 'o.dataset'])
    .where('x.decision', 'is', null)
    .where(sql<SqlBool>`NOT (o.workflow_id = i.workflow_id AND o.task_key = i.task_key)`)
    .limit(limit)
}

export interface WorkflowPair {
  readonly from_workflow_id: string
  readonly from_name: string
  readonly workflow_id: string
  readonly name: string
  readonly dataset_key: string
  readonly dataset: string
  readonly decision: string | null
  readonly note: string | null
  readonly decided_by_name: string | null
  readonly decided_at: Date | null
}

/** Other workflows by dataset, on one side of a workflow, with what a person said of each. */
export function workflowPairsQuery(
  at: OrgReader,
  { workflowId, direction, limit }: { workflowId: string; direction: Direction; limit: number },
) {
  const column = direction === 'upstream' ? 'i.workflow_id' : 'o.workflow_id'
  return pairsQuery(at)
    .leftJoin('workflow_dependency_decision as x', (join) =>
      join
        .onRef('x.org_id', '=', 'o.org_id')
        .onRef('x.workflow_id', '=', 'i.workflow_id')
        .onRef('x.upstream_workflow_id', '=', 'o.workflow_id')
        .onRef('x.dataset_key', '=', 'o.dataset_key'),
    )
    .select(['o.workflow_id as from_workflow_id', 'f.name as from_name'])
    .select(['i.workflow_id', 't.name', 'o.dataset_key'])
    .select((eb) => eb.fn.min<string>('i.dataset').as('dataset'))
    .select(['x.decision', 'x.note', 'x.decided_by_name', 'x.decided_at'])
    .where(column, '=', workflowId)
    .whereRef('o.workflow_id', '!=', 'i.workflow_id')
    .groupBy(['o.workflow_id', 'f.name', 'i.workflow_id', 't.name', 'o.dataset_key'])
    .groupBy(['x.decision', 'x.note', 'x.decided_by_name', 'x.decided_at'])
    .orderBy('o.workflow_id')
    .orderBy('i.workflow_id')
    .orderBy('o.dataset_key')
    .limit(limit)
}

/** The tasks that no other task of their workflow needs: when they have ended, it has. */
export async function listLastTasks(
  at: OrgReader,
  workflowIds: readonly string[],
  limit: number,
): Promise<readonly TaskId[]> {
  if (workflowIds.length === 0) return []
  const rows = await at.q
    .selectFrom('data_task')
    .select(['workflow_id', 'task_key'])
    .where('org_id', '=', at.orgId)
    .where('workflow_id', 'in', workflowIds)
    .where('is_last', '=', 1)
    .limit(limit)
    .execute()
  return rows.map((row) => ({ workflowId: row.workflow_id, taskKey: row.task_key }))
}

/** One range of the key for each workflow. */
function among(
  tasks: readonly TaskId[],
  { workflow, key }: { readonly workflow: Expression<unknown>; readonly key: Expression<unknown> },
): Expression<SqlBool> {
  const groups = [...Map.groupBy(tasks, (task) => task.workflowId)].map(
    ([workflowId, group]) =>
      sql`(${workflow} = ${workflowId} AND ${key} IN (${sql.join(group.map((task) => task.taskKey))}))`,
  )
  return sql<SqlBool>`(${sql.join(groups, sql` OR `)})`
}
