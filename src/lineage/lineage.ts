import { createHash } from 'node:crypto'
import { canonicalDocument, sortKeys } from '../definition/canonical.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import { needsOf } from '../definition/graph.ts'
import type { Dataset, TaskDatasets } from '../definition/lineage/datasets-of.ts'
import type { Task } from '../definition/task.ts'

/** Higher when the rows are made in another way: then every workflow is read again. */
export const READER_REVISION = 4

/** `pending`: its SQL is read by a job in a moment; `unknown`: some of it could not be read. */
export const DATASETS_STATES = ['known', 'unknown', 'pending'] as const
export type DatasetsState = (typeof DATASETS_STATES)[number]
export const EDGE_ORIGINS = ['declared', 'dependent', 'sub_workflow', 'inferred'] as const
export type EdgeOrigin = (typeof EDGE_ORIGINS)[number]

/** A task, or with an empty key the whole of a workflow. */
export interface TaskId {
  readonly workflowId: string
  readonly taskKey: string
}

/** How names are compared: case does not count, and a name may be longer than an index takes. */
export function datasetKey(name: string): string {
  return createHash('sha256').update(name.toLowerCase()).digest('hex')
}

export interface TaskRow {
  readonly task_key: string
  readonly version: number
  readonly name: string
  readonly type: string
  readonly owner: string | null
  readonly is_disabled: boolean
  readonly is_last: boolean
  readonly datasets_state: DatasetsState
  readonly node_attrs: string
}
export interface RelationRow {
  readonly to_key: string
  readonly from_workflow_id: string
  readonly from_key: string
  readonly origin: EdgeOrigin
}
export interface DatasetRow {
  readonly task_key: string
  readonly direction: 'read' | 'write'
  readonly dataset_key: string
  readonly dataset: string
  readonly origin: string
}

export interface Projection {
  readonly tasks: readonly TaskRow[]
  readonly relations: readonly RelationRow[]
  readonly datasets: readonly DatasetRow[]
  /** Nothing is pending. */
  readonly isComplete: boolean
}

/** A version as rows. null of `read`: this task's SQL is left for later. */
export function toProjection(
  version: number,
  document: WorkflowDocument,
  read: (task: Task) => TaskDatasets | null,
): Projection {
  const needsByKey = needsOf(document)
  const needed = new Set([...needsByKey.values()].flat())
  const parts = canonicalDocument(document).tasks.map((task) => {
    const found = read(task)
    const row: TaskRow = {
      task_key: task.key,
      version,
      name: task.name ?? task.key,
      type: task.type,
      owner: task.owner ?? null,
      is_disabled: task.disabled,
      is_last: !needed.has(task.key),
      datasets_state: found === null ? 'pending' : found.isUnknown ? 'unknown' : 'known',
      node_attrs: shortAttributes(task),
    }
    const datasets = [
      ...(found?.reads ?? []).map((dataset) => datasetRow(task, 'read', dataset)),
      ...(found?.writes ?? []).map((dataset) => datasetRow(task, 'write', dataset)),
    ]
    return { row, datasets, relations: relationsOf(task, document.id, needsByKey) }
  })
  return {
    tasks: parts.map(({ row }) => row),
    relations: parts.flatMap(({ relations }) => relations),
    datasets: parts.flatMap(({ datasets }) => datasets),
    isComplete: parts.every(({ row }) => row.datasets_state !== 'pending'),
  }
}

/** Longer names are cut where they are shown; they are compared whole. */
const MAX_NAME = 1024

function datasetRow(
  task: Task,
  direction: 'read' | 'write',
  { name, origin }: Dataset,
): DatasetRow {
  return {
    task_key: task.key,
    direction,
    dataset_key: datasetKey(name),
    dataset: name.slice(0, MAX_NAME).toWellFormed(),
    origin,
  }
}

function relationsOf(
  task: Task,
  workflowId: string,
  needsByKey: ReadonlyMap<string, readonly string[]>,
): readonly RelationRow[] {
  const to = { to_key: task.key }
  const declared = (needsByKey.get(task.key) ?? []).map((key): RelationRow => ({
    ...to,
    from_workflow_id: workflowId,
    from_key: key,
    origin: 'declared',
  }))
  const awaited = awaitedBy(task).map(({ workflowId: from, taskKey }): RelationRow => ({
    ...to,
    from_workflow_id: from,
    from_key: taskKey,
    origin: task.type === 'sub_workflow' ? 'sub_workflow' : 'dependent',
  }))
  const rows = [...declared, ...awaited]
  return [
    ...new Map(
      rows.map((row) => [JSON.stringify([row.from_workflow_id, row.from_key, row.origin]), row]),
    ).values(),
  ]
}

/** Other workflows, or tasks of them, that have to end before this task does. */
function awaitedBy(task: Task): readonly TaskId[] {
  if (task.type === 'sub_workflow') return [{ workflowId: task.workflow, taskKey: '' }]
  if (task.type !== 'dependent') return []
  return task.groups.flatMap(({ items }) =>
    items.flatMap((item) => {
      if (!('workflow' in item)) return []
      const taskKey = typeof item.wait_for === 'object' ? item.wait_for.task : ''
      return [{ workflowId: item.workflow, taskKey }]
    }),
  )
}

const LONG = 2000

/** Scripts are in the version; here they would be most of the table. */
function shortAttributes(task: Task): string {
  return JSON.stringify(sortKeys(task), (_, value: unknown) =>
    typeof value === 'string' && value.length > LONG ? `${value.slice(0, LONG)}…` : value,
  )
}
