import { z } from 'zod'
import { readJson } from '../db/json-column.ts'
import { DATASETS_STATES, type DatasetsState } from './lineage.ts'
import type { FoundDataset, FoundTask } from './task-store.ts'

export interface DatasetView {
  readonly dataset: string
  readonly origin: string
}

export interface TaskNode {
  readonly workflow_id: string
  readonly task_key: string
  readonly version: number
  readonly name: string
  readonly type: string
  readonly owner: string | null
  readonly is_disabled: boolean
  readonly datasets_state: DatasetsState
  readonly reads: DatasetView[]
  readonly writes: DatasetView[]
}
export interface TaskView extends TaskNode {
  readonly node_attrs: Record<string, unknown>
}

const Attributes = z.record(z.string(), z.unknown())
const State = z.enum(DATASETS_STATES)

export function toTaskView(row: FoundTask, datasets: readonly FoundDataset[]): TaskView {
  return { ...toTaskNode(row, datasets), node_attrs: readJson(Attributes, row.node_attrs) }
}

/** Without its attributes: a picture of 5,000 tasks would be mostly those. */
export function toTaskNode(row: FoundTask, datasets: readonly FoundDataset[]): TaskNode {
  const on = (direction: string): DatasetView[] =>
    datasets
      .filter((each) => each.direction === direction)
      .map(({ dataset, origin }) => ({ dataset, origin }))
  return {
    workflow_id: row.workflow_id,
    task_key: row.task_key,
    version: row.version,
    name: row.name,
    type: row.type,
    owner: row.owner,
    is_disabled: Boolean(row.is_disabled),
    datasets_state: State.parse(row.datasets_state),
    reads: on('read'),
    writes: on('write'),
  }
}
