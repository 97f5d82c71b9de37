import type { Issue } from '../lib/errors.ts'
import type { WorkflowDocument } from './document.ts'
import { findCycles, needsOf } from './graph.ts'
import { issueAt } from './pointer.ts'
import { isReserved } from './reserved.ts'
import { ParamName } from './values.ts'

export function keyIssues(document: WorkflowDocument): readonly Issue[] {
  const issues: Issue[] = []
  const keys = new Set<string>()
  const names = new Set<string>()
  for (const [index, task] of document.tasks.entries()) {
    const name = task.name ?? task.key
    if (keys.has(task.key))
      issues.push(
        issueAt(['tasks', index, 'key'], 'duplicate_key', `another task has the key "${task.key}"`),
      )
    else if (names.has(name))
      issues.push(
        issueAt(['tasks', index, 'name'], 'duplicate_name', `another task is named "${name}"`),
      )
    if (isReserved(task.key))
      issues.push(issueAt(['tasks', index, 'key'], 'reserved_key', `"${task.key}" is reserved`))
    keys.add(task.key)
    names.add(name)
  }
  if (isReserved(document.id))
    issues.push(issueAt(['id'], 'reserved_key', `"${document.id}" is reserved`))
  return issues
}

/** The engine's pages hide such spaces, and looking for a name does not find it. */
export function nameIssues({ name, tasks }: WorkflowDocument): readonly Issue[] {
  const hasSpaces = (text: string | undefined): boolean => text !== text?.trim()
  const issue = (path: readonly PropertyKey[]): Issue =>
    issueAt(path, 'spaces', 'begins or ends with a space')
  return [
    ...(hasSpaces(name) ? [issue(['name'])] : []),
    ...tasks.flatMap((task, index) =>
      hasSpaces(task.name) ? [issue(['tasks', index, 'name'])] : [],
    ),
  ]
}

export function needIssues(document: WorkflowDocument): readonly Issue[] {
  const issues: Issue[] = []
  const indexByKey = new Map(document.tasks.map((task, index) => [task.key, index]))
  for (const [index, task] of document.tasks.entries()) {
    for (const [n, need] of task.needs.entries()) {
      const path = ['tasks', index, 'needs', n]
      if (!indexByKey.has(need))
        issues.push(issueAt(path, 'unknown_need', `no task has the key "${need}"`))
      else if (need === task.key) issues.push(issueAt(path, 'self_need', `"${need}" needs itself`))
    }
  }
  const others = [...needsOf(document)].map(
    ([key, needs]) => [key, needs.filter((need) => need !== key)] as const,
  )
  for (const cycle of findCycles(new Map(others))) {
    const [first = ''] = cycle
    issues.push(
      issueAt(
        ['tasks', indexByKey.get(first) ?? 0, 'needs'],
        'cycle',
        `tasks wait for each other in a circle: ${cycle.join(' → ')}`,
      ),
    )
  }
  return issues
}

/** Parameters and outputs are told apart by name alone; datasets are matched letter by letter. */
export function namedIssues(document: WorkflowDocument): readonly Issue[] {
  return document.tasks.flatMap((task, index) => [
    ...(['params', 'outputs'] as const).flatMap((list) =>
      duplicatesOf(task[list].map((item) => item.name)).map(([n, name]) =>
        issueAt(['tasks', index, list, n], 'duplicate_name', `"${name}" stands twice`),
      ),
    ),
    ...(['params', 'outputs'] as const).flatMap((list) =>
      task[list].flatMap(({ name }, n) => paramNameIssues(name, ['tasks', index, list, n, 'name'])),
    ),
    ...(['reads', 'writes'] as const).flatMap((list) =>
      task[list].flatMap((dataset, n) =>
        dataset === dataset.trim()
          ? []
          : [issueAt(['tasks', index, list, n], 'dataset', 'begins or ends with a space')],
      ),
    ),
  ])
}

function paramNameIssues(name: string, path: readonly PropertyKey[]): readonly Issue[] {
  if (name === '') return [issueAt(path, 'empty_name', 'is empty')]
  const fault = ParamName.safeParse(name).error?.issues[0]
  return fault ? [issueAt(path, 'param_name', fault.message)] : []
}

function duplicatesOf(names: readonly string[]): readonly (readonly [number, string])[] {
  const seen = new Set<string>()
  return names.flatMap((name, n) => {
    const isNew = !seen.has(name)
    seen.add(name)
    return isNew ? [] : [[n, name] as const]
  })
}
