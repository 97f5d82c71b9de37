import { refuse } from '../answers/reply.ts'
import type { Reply } from '../answers/reply.ts'
import type { Rules } from '../families.ts'
import type { TaskFields } from '../state/model.ts'
import { isKnownType } from './task-types.ts'

/** A placeholder that the server forgets to fill in. */
export const UNFILLED = '{0}'

/** The first thing that is wrong with the tasks of a save; null where all is well. */
export function checkTasks(rules: Rules, tasks: readonly TaskFields[]): Reply | null {
  if (tasks.length === 0) return refuse(rules, 'definition.no_tasks')
  if (rules.needsIsCache && tasks.some(({ isCache }) => isCache === null)) {
    return refuse(rules, 'definition.no_is_cache')
  }
  for (const task of tasks) {
    const { name, taskType } = task
    if (!isKnownType(rules, taskType))
      return refuse(rules, 'definition.unknown_type', [name, UNFILLED])
    if (isScriptMissing(task)) return refuse(rules, 'definition.bad_task', [name])
  }
  return null
}

function isScriptMissing({ taskType, taskParams }: TaskFields): boolean {
  const needsScript = taskType === 'SHELL' || taskType === 'PYTHON'
  return needsScript && !taskParams['rawScript']
}
