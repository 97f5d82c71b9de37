import type { WorkflowDocument } from './document.ts'

/** Reserved: the two nodes that stand for the workflow's own start and end. */
export const START_NODE = 'workflow_start'
export const END_NODE = 'workflow_end'

export interface WorkflowGraph {
  readonly nodes: readonly {
    readonly node_id: string
    readonly name: string
    readonly type: string
  }[]
  readonly edges: readonly { readonly from: string; readonly to: string }[]
}

/**
 * Tasks without needs hang on the start node; tasks that nobody needs lead to the end node. Needs
 * that no task answers (a faulty draft) are no edges.
 */
export function toGraph(document: WorkflowDocument): WorkflowGraph {
  const { tasks } = document
  const needsByKey = needsOf(document)
  const needed = new Set([...needsByKey.values()].flat())
  return {
    nodes: [
      { node_id: START_NODE, name: 'Start', type: START_NODE },
      ...tasks.map(({ key, name, type }) => ({ node_id: key, name: name ?? key, type })),
      { node_id: END_NODE, name: 'End', type: END_NODE },
    ],
    edges: [
      ...tasks
        .filter(({ key }) => needsByKey.get(key)?.length === 0)
        .map(({ key }) => ({ from: START_NODE, to: key })),
      ...[...needsByKey].flatMap(([to, needs]) => needs.map((from) => ({ from, to }))),
      ...tasks
        .filter(({ key }) => !needed.has(key))
        .map(({ key }) => ({ from: key, to: END_NODE })),
    ],
  }
}

/** What each task needs, once each, without what is no task. */
export function needsOf(
  document: Pick<WorkflowDocument, 'tasks'>,
): ReadonlyMap<string, readonly string[]> {
  const keys = new Set(document.tasks.map((task) => task.key))
  return new Map(
    document.tasks.map(({ key, needs }) => [
      key,
      [...new Set(needs)].filter((need) => keys.has(need)),
    ]),
  )
}

/** Every task after what it needs. Tasks in a circle, and whatever waits for one, are left out. */
export function topologicalOrder(
  needsByKey: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const waitersByKey = new Map<string, string[]>()
  const missing = new Map<string, number>()
  for (const [key, needs] of needsByKey) {
    missing.set(key, needs.length)
    for (const need of needs) {
      const waiters = waitersByKey.get(need)
      if (waiters) waiters.push(key)
      else waitersByKey.set(need, [key])
    }
  }
  const order = [...needsByKey.keys()].filter((key) => missing.get(key) === 0)
  // The list grows while it is walked.
  for (const key of order) {
    for (const waiter of waitersByKey.get(key) ?? []) {
      const left = (missing.get(waiter) ?? 0) - 1
      missing.set(waiter, left)
      if (left === 0) order.push(waiter)
    }
  }
  return order
}

/**
 * Circles as paths in the order of running (`a → b → a`), none sharing a task with another: as many
 * as it takes that every knot of tasks shows one. Iterative: a chain of 5,000 tasks is no recursion.
 */
export function findCycles(
  needsByKey: ReadonlyMap<string, readonly string[]>,
): readonly (readonly string[])[] {
  const done = new Set<string>()
  return [...needsByKey.keys()].flatMap((root) => cyclesFrom(root, needsByKey, done))
}

interface Visit {
  readonly key: string
  readonly isLeaving: boolean
}

function cyclesFrom(
  root: string,
  needsByKey: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
): readonly (readonly string[])[] {
  const cycles: (readonly string[])[] = []
  /** Keys from the root to here, each with how many visits were waiting before it was entered. */
  const path = new Map<string, number>()
  const visits: Visit[] = [{ key: root, isLeaving: false }]
  for (let visit = visits.pop(); visit; visit = visits.pop()) {
    const { key, isLeaving } = visit
    if (isLeaving) {
      path.delete(key)
      done.add(key)
    } else if (path.has(key)) {
      const keys = [...path.keys()]
      const cycle = keys.slice(keys.indexOf(key))
      cycles.push([key, ...cycle.slice(1).reverse(), key])
      visits.length = path.get(key) ?? 0
      for (const member of cycle) {
        path.delete(member)
        done.add(member)
      }
    } else if (!done.has(key)) {
      path.set(key, visits.length)
      visits.push({ key, isLeaving: true })
      for (const need of needsByKey.get(key) ?? []) visits.push({ key: need, isLeaving: false })
    }
  }
  return cycles
}
