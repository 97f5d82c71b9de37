import type { WorkflowDocument } from '../document.ts'
import { needsOf, topologicalOrder } from '../graph.ts'
import type { Task } from '../task.ts'
import type { Check, Found } from './check.ts'
import { literalCondition } from './literal-condition.ts'
import { whyNeverHolds } from './never-holds.ts'

type Switch = Extract<Task, { readonly type: 'switch' }>

export const unreachableBranch = {
  id: 'unreachable_branch',
  severity: 'warning',
  title: 'A task that no way of a switch or of conditions ever leads to',
  run(document): readonly Found[] {
    const whyByKey = unreachableTasks(document)
    return document.tasks.flatMap((task, index) => [
      ...gateFaults(task).map((fault) => ({ ...fault, path: ['tasks', index, ...fault.path] })),
      ...unreachableFault(task, whyByKey).map((message) => ({ path: ['tasks', index], message })),
    ])
  },
} as const satisfies Check

/** A disabled task is not meant to run. */
function unreachableFault(
  { key, disabled }: Task,
  whyByKey: ReadonlyMap<string, string>,
): readonly string[] {
  const why = whyByKey.get(key)
  return why === undefined || disabled ? [] : [`"${key}" never runs: ${why}`]
}

function gateFaults(task: Task): readonly Found[] {
  if (task.disabled) return []
  if (task.type === 'switch' && isDeadEnd(task))
    return [{ path: [], message: 'neither cases nor otherwise: it leads nowhere, and fails' }]
  if (task.type !== 'conditions') return []
  const onSuccess = new Set(task.on_success)
  return task.on_failure.flatMap((key, n) =>
    onSuccess.has(key)
      ? [
          {
            path: ['on_failure', n],
            message: `both ways lead to "${key}": an engine skips what one way does not lead to`,
          },
        ]
      : [],
  )
}

/**
 * Tasks that never run, each with why. A disabled ordinary task lets pass what waits for it; a
 * disabled gate leads nowhere. A task runs when any of what it needs lets it.
 */
function unreachableTasks(document: WorkflowDocument): ReadonlyMap<string, string> {
  const nodesByKey = new Map(document.tasks.map((task) => [task.key, nodeOf(task)]))
  const needsByKey = needsOf(document)
  const whyByKey = new Map<string, string>()
  const isOut = (key: string): boolean =>
    whyByKey.has(key) || nodesByKey.get(key)?.task.disabled === true
  for (const key of topologicalOrder(needsByKey)) {
    const why = blockedBy(needsByKey.get(key) ?? [], (need) => {
      if (whyByKey.has(need)) return `"${need}" never runs`
      return blockOf(nodesByKey.get(need), key)
    })
    if (why !== null && !whyByKey.has(key)) whyByKey.set(key, why)
    const node = nodesByKey.get(key)
    if (!node || isOut(key)) continue
    for (const [branch, reason] of waysNeverTaken(node.task, isOut))
      if (nodesByKey.get(branch)?.needs.has(key)) whyByKey.set(branch, reason)
  }
  return whyByKey
}

interface Node {
  readonly task: Task
  readonly needs: ReadonlySet<string>
  /** Where a gate may lead; null: no gate. */
  readonly ways: ReadonlySet<string> | null
}

function nodeOf(task: Task): Node {
  return { task, needs: new Set(task.needs), ways: waysOf(task) }
}

function waysOf(task: Task): ReadonlySet<string> | null {
  if (task.type === 'conditions') return new Set([...task.on_success, ...task.on_failure])
  if (task.type !== 'switch') return null
  const ways = new Set(task.cases.map(({ next }) => next))
  return task.otherwise === undefined ? ways : ways.add(task.otherwise)
}

/** Why none of the needs lets a task run; null: one does. */
function blockedBy(
  needs: readonly string[],
  whyNot: (need: string) => string | null,
): string | null {
  const blocks = needs.map(whyNot)
  return blocks.includes(null) ? null : (blocks[0] ?? null)
}

function blockOf(node: Node | undefined, waiter: string): string | null {
  if (!node?.ways) return null
  const { task, ways } = node
  if (task.disabled) return `its gate "${task.key}" is disabled, and chooses no way`
  if (task.type === 'switch' && isDeadEnd(task)) return `the switch "${task.key}" leads nowhere`
  return ways.has(waiter) ? null : `no way of "${task.key}" leads to it`
}

function isDeadEnd({ cases, otherwise }: Switch): boolean {
  return cases.length === 0 && otherwise === undefined
}

type Way = readonly [branch: string, why: string]

function waysNeverTaken(gate: Task, isOut: (key: string) => boolean): readonly Way[] {
  if (gate.type === 'switch') return casesNeverTaken(gate)
  if (gate.type !== 'conditions') return []
  const why = whyNeverHolds(gate, isOut)
  if (why === null) return []
  const onFailure = new Set(gate.on_failure)
  return gate.on_success
    .filter((key) => !onFailure.has(key))
    .map((key) => [key, `"${gate.key}" never succeeds: ${why}`])
}

function casesNeverTaken({ key, cases, otherwise }: Switch): readonly Way[] {
  const taken = new Set<string>()
  const never: Way[] = []
  const seen = new Set<string>()
  let isOpen = true
  for (const { condition, next } of cases) {
    const says = literalCondition(condition)
    const text = condition.trim()
    if (!isOpen) never.push([next, `an earlier case of "${key}" is always true`])
    else if (says === false) never.push([next, `its case of "${key}" is always false`])
    else if (seen.has(text)) never.push([next, `an earlier case of "${key}" has its condition`])
    else taken.add(next)
    if (says === true) isOpen = false
    seen.add(text)
  }
  if (otherwise !== undefined) {
    if (isOpen) taken.add(otherwise)
    else never.push([otherwise, `a case of "${key}" is always true`])
  }
  return never.filter(([next]) => !taken.has(next))
}
