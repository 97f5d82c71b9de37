import type { WorkflowDocument } from '../definition/document.ts'
import type { EngineTask } from '../engine/definition.ts'

type TaskCodes = Readonly<Record<string, string>>

/** Keys for the tasks of a definition: those of the tasks that have the same name in a version. */
export function matchedKeys(
  tasks: readonly Pick<EngineTask, 'code' | 'name'>[],
  base: WorkflowDocument,
  proposed: TaskCodes,
): TaskCodes {
  const keyByName = new Map(base.tasks.map(({ key, name }) => [name ?? key, key]))
  const baseKeys = new Set(keyByName.values())
  const nameByCode = new Map(tasks.map(({ code, name }) => [code, name]))
  return Object.fromEntries(
    Object.entries(proposed).map(([key, code]) => {
      const same = keyByName.get(nameByCode.get(code) ?? '')
      // Another task of the version has that key.
      return [same ?? (baseKeys.has(key) ? `task_${code}` : key), code]
    }),
  )
}
