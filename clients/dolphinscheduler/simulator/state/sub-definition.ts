import { z } from 'zod'
import type { Definition, TaskFields } from './model.ts'
import type { World } from './world.ts'

const TYPES: ReadonlySet<string> = new Set(['SUB_PROCESS', 'SUB_WORKFLOW'])
const Code = z.union([z.number(), z.string()]).transform(String).catch('')

export function isSubTask({ taskType }: TaskFields): boolean {
  return TYPES.has(taskType)
}

/** The definition that a sub-workflow task runs; null where there is none. */
export function subDefinition(world: World, task: TaskFields): Definition | null {
  if (!isSubTask(task)) return null
  const code = Code.parse(task.taskParams[`${world.rules.word}DefinitionCode`])
  return world.definitions.get(code) ?? null
}
