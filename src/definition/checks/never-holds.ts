import type { Task } from '../task.ts'

type Conditions = Extract<Task, { readonly type: 'conditions' }>
type Item = Conditions['groups'][number]['items'][number]

/**
 * Why conditions never hold; null: they may. The engine takes a task that did not run for neither a
 * success nor a failure, and one that ran for one of them.
 */
export function whyNeverHolds(
  { relation, groups }: Conditions,
  isOut: (key: string) => boolean,
): string | null {
  const whys = groups.map((group) => whyGroupNever(group, isOut))
  const first = whys.find((why) => why !== null) ?? null
  if (relation === 'or') return whys.includes(null) ? null : first
  return first ?? contradiction(groups.flatMap(wanted))
}

function whyGroupNever(
  group: Conditions['groups'][number],
  isOut: (key: string) => boolean,
): string | null {
  const outs = group.items.filter(({ task }) => isOut(task))
  const isNever = group.relation === 'and' ? outs.length > 0 : outs.length === group.items.length
  return isNever ? 'it looks at tasks that do not run' : contradiction(wanted(group))
}

/** What a group wants all of. */
function wanted({ relation, items }: Conditions['groups'][number]): readonly Item[] {
  return relation === 'and' || items.length === 1 ? items : []
}

function contradiction(items: readonly Item[]): string | null {
  const failing = new Set(items.filter(({ is }) => is === 'failure').map(({ task }) => task))
  const both = items.find(({ task, is }) => is === 'success' && failing.has(task))
  return both ? `it wants "${both.task}" to succeed and to fail` : null
}
