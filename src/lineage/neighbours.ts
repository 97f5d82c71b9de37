import type { OrgReader } from '../db/database.ts'
import { AppError } from '../lib/errors.ts'
import {
  listInferred,
  listLastTasks,
  listRelations,
  type Direction,
  type Edge,
} from './edge-store.ts'
import type { TaskId } from './lineage.ts'

/** More is no answer that anybody reads, and a circle over the whole organization ends here. */
const MAX_TASKS = 2000
const MAX_EDGES = 20_000
const CHUNK = 200

export interface Walk {
  readonly start: TaskId
  readonly direction: Direction
  /** How many steps away at most; 1: what the task hangs on directly. */
  readonly depth: number
}

/** Every task on one side of a task, each once, itself only where it is in a circle. */
export async function tasksAround(at: OrgReader, walk: Walk): Promise<readonly TaskId[]> {
  const found = new Map<string, TaskId>()
  let frontier: readonly TaskId[] = [walk.start]
  for (let step = 0; step < walk.depth && frontier.length > 0; step++) {
    const next = (await stepFrom(at, frontier, walk.direction)).filter(
      (task) => !found.has(idOf(task)),
    )
    for (const task of next) found.set(idOf(task), task)
    if (found.size > MAX_TASKS) throw tooWide()
    frontier = [...new Map(next.map((task) => [idOf(task), task])).values()]
  }
  return [...found.values()].sort(byKey)
}

function tooWide(): AppError {
  return new AppError(
    'invalid',
    'lineage.too_wide',
    `more than ${MAX_TASKS} tasks are found at this depth`,
    {
      issues: [{ pointer: '/query/depth', code: 'lineage.too_wide', message: 'is too deep here' }],
    },
  )
}

async function stepFrom(
  at: OrgReader,
  tasks: readonly TaskId[],
  direction: Direction,
): Promise<readonly TaskId[]> {
  const found: TaskId[] = []
  for (let from = 0; from < tasks.length; from += CHUNK) {
    const chunk = tasks.slice(from, from + CHUNK)
    const ends = direction === 'upstream' ? chunk : [...chunk, ...(await wholesOf(at, chunk))]
    const scope = { tasks: ends, direction, limit: MAX_EDGES + 1 }
    const edges = [...(await listRelations(at, scope)), ...(await listInferred(at, scope))]
    if (edges.length > MAX_EDGES) throw tooWide()
    found.push(...(await otherEnds(at, edges, direction)))
  }
  return found
}

/** Who waits for a whole workflow waits for its last tasks. */
async function wholesOf(at: OrgReader, tasks: readonly TaskId[]): Promise<readonly TaskId[]> {
  const ids = [...new Set(tasks.map((task) => task.workflowId))]
  const last = new Set((await listLastTasks(at, ids, MAX_EDGES)).map(idOf))
  const wholes = tasks.filter((task) => last.has(idOf(task))).map((task) => task.workflowId)
  return [...new Set(wholes)].map((workflowId) => ({ workflowId, taskKey: '' }))
}

async function otherEnds(
  at: OrgReader,
  edges: readonly Edge[],
  direction: Direction,
): Promise<readonly TaskId[]> {
  const ends = edges.map((edge) => (direction === 'upstream' ? edge.from : edge.to))
  const wholes = ends.filter((end) => end.taskKey === '').map((end) => end.workflowId)
  return [
    ...ends.filter((end) => end.taskKey !== ''),
    ...(await listLastTasks(at, [...new Set(wholes)], MAX_EDGES)),
  ]
}

function idOf({ workflowId, taskKey }: TaskId): string {
  return `${workflowId}/${taskKey}`
}

/** As the database sorts them: ids and keys are ASCII. */
export function byKey(a: TaskId, b: TaskId): number {
  if (a.workflowId !== b.workflowId) return a.workflowId < b.workflowId ? -1 : 1
  return a.taskKey < b.taskKey ? -1 : a.taskKey === b.taskKey ? 0 : 1
}
