import type { Issue } from '../lib/errors.ts'
import type { WorkflowDocument } from './document.ts'
import { issueAt } from './pointer.ts'
import type { Task } from './task.ts'

type Named = readonly [path: readonly PropertyKey[], key: string]

/** What conditions look at has to come before them, and where they lead has to wait for them. */
export function branchIssues({ tasks }: WorkflowDocument): readonly Issue[] {
  const byKey = new Map(tasks.map((task) => [task.key, task]))
  return tasks.flatMap((task, index) => [
    ...watchedBy(task)
      .filter(([, key]) => !task.needs.includes(key))
      .map(([path, key]) =>
        issueAt(
          ['tasks', index, ...path],
          'unneeded_task',
          `"${key}" is none of the tasks that "${task.key}" needs`,
        ),
      ),
    ...branchesOf(task).flatMap(([path, key]) => {
      const branch = byKey.get(key)
      if (branch?.needs.includes(task.key)) return []
      const message = branch
        ? `the task "${key}" has to need "${task.key}"`
        : `no task has the key "${key}"`
      const code = branch ? 'branch_without_need' : 'unknown_branch'
      return [issueAt(['tasks', index, ...path], code, message)]
    }),
  ])
}

function watchedBy(task: Task): readonly Named[] {
  if (task.type !== 'conditions') return []
  return task.groups.flatMap(({ items }, group) =>
    items.map((item, n): Named => [['groups', group, 'items', n, 'task'], item.task]),
  )
}

function branchesOf(task: Task): readonly Named[] {
  if (task.type === 'conditions')
    return (['on_success', 'on_failure'] as const).flatMap((way) =>
      task[way].map((key, n): Named => [[way, n], key]),
    )
  if (task.type !== 'switch') return []
  return [
    ...task.cases.map(({ next }, n): Named => [['cases', n, 'next'], next]),
    ...(task.otherwise === undefined ? [] : [[['otherwise'], task.otherwise] as const]),
  ]
}
