import { z } from 'zod'
import { decodeCursor, toPage, type Page } from '../db/cursor.ts'
import { forOrg, type Db, type OrgReader } from '../db/database.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { assertWorkflow } from '../workflows/assert-workflow.ts'
import { byKey, tasksAround } from './neighbours.ts'
import { datasetKey, type TaskId } from './lineage.ts'
import { toTaskView, type TaskView } from './task-view.ts'
import { listDatasetsOf, tasksQuery, type FoundTask, type TaskFilter } from './task-store.ts'

export interface LineageDeps {
  readonly db: Db
}

export interface ListTasksInput {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly workflow_id?: string | undefined
  /** `workflow_id/task_key` */
  readonly upstream_of?: string | undefined
  readonly downstream_of?: string | undefined
  readonly depth: number
  readonly owner?: string | undefined
  readonly type?: string | undefined
  readonly reads?: string | undefined
  readonly writes?: string | undefined
  readonly search?: string | undefined
}

const Position = z.tuple([z.string(), z.string()])

/** Tasks of newest versions, in order of workflow and key. */
export async function listTasks(
  deps: LineageDeps,
  call: Call,
  input: ListTasksInput,
): Promise<Page<TaskView>> {
  const at = forOrg(deps.db, call.orgId)
  const after = input.cursor === undefined ? null : toTaskId(decodeCursor(Position, input.cursor))
  const filter = {
    workflowId: input.workflow_id,
    owner: input.owner,
    type: input.type,
    reads: input.reads === undefined ? undefined : datasetKey(input.reads),
    writes: input.writes === undefined ? undefined : datasetKey(input.writes),
    search: input.search,
    after,
    limit: input.limit,
  }
  const around = await aroundOf(at, input)
  const rows = around ? await findAmong(at, filter, around) : await tasksQuery(at, filter).execute()
  const datasets = Map.groupBy(await listDatasetsOf(at, rows.slice(0, input.limit)), idOf)
  return toPage(rows, {
    limit: input.limit,
    item: (row) => toTaskView(row, datasets.get(idOf(row)) ?? []),
    position: (row) => [row.workflow_id, row.task_key],
  })
}

function toTaskId([workflowId, taskKey]: readonly [string, string]): TaskId {
  return { workflowId, taskKey }
}

function idOf(row: { readonly workflow_id: string; readonly task_key: string }): string {
  return `${row.workflow_id}/${row.task_key}`
}

/** null: the list is not bound to the neighbours of a task. */
async function aroundOf(at: OrgReader, input: ListTasksInput): Promise<readonly TaskId[] | null> {
  const { upstream_of: below, downstream_of: above, depth } = input
  if (below === undefined && above === undefined) return null
  const upstream =
    below === undefined
      ? null
      : await tasksAround(at, { start: await taskOf(at, below), direction: 'upstream', depth })
  const downstream =
    above === undefined
      ? null
      : await tasksAround(at, { start: await taskOf(at, above), direction: 'downstream', depth })
  if (upstream === null || downstream === null) return upstream ?? downstream
  const both = new Set(downstream.map((task) => `${task.workflowId}/${task.taskKey}`))
  return upstream.filter((task) => both.has(`${task.workflowId}/${task.taskKey}`))
}

/** @throws AppError `workflow.not_found`, `task.not_found` */
async function taskOf(at: OrgReader, text: string): Promise<TaskId> {
  const [workflowId = '', taskKey = ''] = text.split('/')
  await assertWorkflow(at, workflowId)
  const rows = await tasksQuery(at, {
    among: [{ workflowId, taskKey }],
    after: null,
    limit: 1,
  }).execute()
  if (rows.length === 0)
    throw new AppError('not_found', 'task.not_found', `${workflowId} has no task "${taskKey}"`)
  return { workflowId, taskKey }
}

const CHUNK = 200

/** The neighbours are few and sorted: they are looked up a stretch at a time until the page is full. */
async function findAmong(
  at: OrgReader,
  filter: TaskFilter,
  around: readonly TaskId[],
): Promise<readonly FoundTask[]> {
  const { after } = filter
  const left = after === null ? around : around.filter((task) => byKey(task, after) > 0)
  const rows: FoundTask[] = []
  for (let from = 0; from < left.length && rows.length <= filter.limit; from += CHUNK) {
    const among = left.slice(from, from + CHUNK)
    rows.push(...(await tasksQuery(at, { ...filter, among }).execute()))
  }
  return rows.slice(0, filter.limit + 1)
}
