import type { OrgReader } from '../db/database.ts'
import type { WorkflowPair } from './edge-store.ts'
import { listNeeds, listReaders, listWaits, type Wait } from './wait-store.ts'

type Pair = Pick<WorkflowPair, 'from_workflow_id' | 'workflow_id' | 'dataset_key'>
export type IsCovered = (pair: Pair) => boolean

/** Workflows looked at in one query: each may have a thousand tasks. */
const CHUNK = 100

/**
 * Whether every task that reads the data comes after one that waits for the workflow which writes it.
 * A disabled task waits for nothing and reads nothing. One that runs another as its sub-workflow is
 * in order with it on either side.
 */
export async function readCovers(
  at: OrgReader,
  workflowId: string,
  pairs: readonly WorkflowPair[],
): Promise<IsCovered> {
  const waits = await listWaits(at, workflowId)
  const runs = waits.filter(({ origin }) => origin === 'sub_workflow')
  const inOrder = new Set(
    runs.flatMap((run) => [
      idOf(run.from_workflow_id, run.workflow_id),
      idOf(run.workflow_id, run.from_workflow_id),
    ]),
  )
  const waitsByPair = Map.groupBy(waits, (wait) => idOf(wait.from_workflow_id, wait.workflow_id))
  const awaiting = pairs.filter((pair) => waitsByPair.has(workflowsOf(pair)))
  const read = await readGraphs(at, [...new Set(awaiting.map((pair) => pair.workflow_id))])
  const afterByPair = new Map(
    [...waitsByPair].map(([id, group]) => [id, tasksAfter(group, read.waitersOf)]),
  )
  return (pair) => {
    const id = workflowsOf(pair)
    if (inOrder.has(id)) return true
    const after = afterByPair.get(id)
    return after !== undefined && read.readersOf(pair).every((key) => after.has(key))
  }
}

async function readGraphs(at: OrgReader, workflowIds: readonly string[]) {
  const waiters = new Map<string, string[]>()
  const readers = new Map<string, string[]>()
  for (let from = 0; from < workflowIds.length; from += CHUNK) {
    const some = workflowIds.slice(from, from + CHUNK)
    for (const need of await listNeeds(at, some))
      push(waiters, idOf(need.workflow_id, need.from_key), need.to_key)
    for (const reader of await listReaders(at, some))
      push(readers, idOf(reader.workflow_id, reader.dataset_key), reader.task_key)
  }
  return {
    waitersOf: (workflowId: string, key: string) => waiters.get(idOf(workflowId, key)) ?? [],
    readersOf: (pair: Pair) => readers.get(idOf(pair.workflow_id, pair.dataset_key)) ?? [],
  }
}

/** The waiting tasks and all that needs them, through disabled ones as well: the engine looks past those. */
function tasksAfter(
  waits: readonly Wait[],
  waitersOf: (workflowId: string, key: string) => readonly string[],
): ReadonlySet<string> {
  const after = new Set(waits.map((wait) => wait.to_key))
  const workflowId = waits[0]?.workflow_id ?? ''
  // A set that grows while it is walked is walked to its new end.
  for (const key of after) for (const next of waitersOf(workflowId, key)) after.add(next)
  return after
}

function workflowsOf(pair: Pair): string {
  return idOf(pair.from_workflow_id, pair.workflow_id)
}

function idOf(...parts: readonly string[]): string {
  return parts.join('/')
}

function push(lists: Map<string, string[]>, id: string, key: string): void {
  const list = lists.get(id)
  if (list) list.push(key)
  else lists.set(id, [key])
}
