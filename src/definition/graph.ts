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

/** Tasks without needs hang on the start node; tasks that nobody needs lead to the end node. */
export function toGraph(document: WorkflowDocument): WorkflowGraph {
  const needed = new Set(document.tasks.flatMap((task) => task.needs))
  return {
    nodes: [
      { node_id: START_NODE, name: 'Start', type: START_NODE },
      ...document.tasks.map((task) => ({
        node_id: task.key,
        name: task.name ?? task.key,
        type: task.type,
      })),
      { node_id: END_NODE, name: 'End', type: END_NODE },
    ],
    edges: [
      ...document.tasks
        .filter((task) => task.needs.length === 0)
        .map((task) => ({ from: START_NODE, to: task.key })),
      ...document.tasks.flatMap((task) => task.needs.map((from) => ({ from, to: task.key }))),
      ...document.tasks
        .filter((task) => !needed.has(task.key))
        .map((task) => ({ from: task.key, to: END_NODE })),
    ],
  }
}

/** One cycle as its path (`a → b → a`), or null. Iterative: a chain of 5,000 tasks is no recursion. */
export function findCycle(
  needsByKey: ReadonlyMap<string, readonly string[]>,
): readonly string[] | null {
  const done = new Set<string>()
  for (const root of needsByKey.keys()) {
    const cycle = walk(root, needsByKey, done)
    if (cycle) return cycle
  }
  return null
}

function walk(
  root: string,
  needsByKey: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
): readonly string[] | null {
  const path: string[] = []
  const onPath = new Set<string>()
  const stack: { readonly key: string; readonly isLeaving: boolean }[] = [
    { key: root, isLeaving: false },
  ]
  for (let frame = stack.pop(); frame; frame = stack.pop()) {
    const { key, isLeaving } = frame
    if (isLeaving) {
      path.pop()
      onPath.delete(key)
      done.add(key)
      continue
    }
    if (onPath.has(key)) return [...path.slice(path.indexOf(key)), key]
    if (done.has(key)) continue
    path.push(key)
    onPath.add(key)
    stack.push({ key, isLeaving: true })
    for (const need of needsByKey.get(key) ?? []) stack.push({ key: need, isLeaving: false })
  }
  return null
}

/** Keys of all tasks that have to end before `key` starts. */
export function ancestorsOf(
  key: string,
  needsByKey: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const found = new Set<string>()
  const stack = [...(needsByKey.get(key) ?? [])]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (found.has(next)) continue
    found.add(next)
    stack.push(...(needsByKey.get(next) ?? []))
  }
  return found
}
