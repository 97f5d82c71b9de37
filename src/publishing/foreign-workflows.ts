import type { WorkflowDocument } from '../definition/document.ts'
import type { LiveDefinition } from '../engine/definition.ts'
import type { CallOptions, DefinitionRef, Engine } from '../engine/engine.ts'
import { isAppError, type Issue } from '../lib/errors.ts'
import { must } from '../lib/must.ts'
import { pointerOf } from '../lib/pointer.ts'

export interface ForeignItem extends DefinitionRef {
  /** 0 and -1 stand for the whole. */
  readonly taskCode: string
  readonly taskKey: string
  readonly pointer: string
}

/** What a look at the engine says of ids and codes. */
export interface Proof {
  readonly issues: readonly Issue[]
  readonly warnings: readonly string[]
}

/** What dependent tasks wait for beside workflows of ours, by the engine's codes. */
export function foreignItemsOf({ tasks }: WorkflowDocument): readonly ForeignItem[] {
  return tasks.flatMap((task, index) =>
    task.type !== 'dependent'
      ? []
      : task.groups.flatMap(({ items }, group) =>
          items.flatMap((item, place): readonly ForeignItem[] => {
            if (!('engine' in item)) return []
            const { project_code: projectCode, definition_code: code, task_code } = item.engine
            const pointer = pointerOf(['tasks', index, 'groups', group, 'items', place, 'engine'])
            return [{ projectCode, code, taskCode: task_code, taskKey: task.key, pointer }]
          }),
        ),
  )
}

/**
 * The engine checks none of these codes, and a task that waits for what is not there never ends. One
 * that it does not have is an issue; any other is said, for it means something else elsewhere.
 */
export async function proveForeignItems(
  engine: Engine,
  items: readonly ForeignItem[],
  options: CallOptions,
): Promise<Proof> {
  const issues: Issue[] = []
  const warnings: string[] = []
  const byWorkflow = Map.groupBy(items, ({ projectCode, code }) => `${projectCode}/${code}`)
  for (const group of byWorkflow.values()) {
    const { projectCode, code } = must(group[0], 'a group has an item')
    const look = await lookAt(engine, { projectCode, code }, options)
    for (const item of group) {
      const { issue, warning } = judge(item, look)
      if (issue) issues.push({ pointer: item.pointer, code: 'plan.unknown_name', message: issue })
      if (warning) warnings.push(`task "${item.taskKey}" waits for ${warning}`)
    }
  }
  return { issues, warnings }
}

function judge(
  { projectCode, code, taskCode }: ForeignItem,
  look: Look,
): { readonly issue?: string; readonly warning?: string } {
  const what = `workflow ${code} of project ${projectCode}`
  if (look === 'missing') return { issue: `the engine has no ${what}` }
  if (look === 'hidden') return { warning: `${what}, which the token's user may not see` }
  const { name, tasks } = look.definition
  const isThere = isWhole(taskCode) || tasks.some((task) => task.code === taskCode)
  if (!isThere) return { issue: `${what}, "${name}", has no task ${taskCode}` }
  return { warning: `${what}, "${name}", by its code` }
}

type Look = LiveDefinition | 'missing' | 'hidden'

export async function lookAt(
  engine: Engine,
  at: DefinitionRef,
  options: CallOptions,
): Promise<Look> {
  try {
    return (await engine.findDefinition(at, options)) ?? 'missing'
  } catch (error) {
    if (isAppError(error, 'not_found')) return 'missing'
    if (isAppError(error) && error.code === 'engine.forbidden') return 'hidden'
    throw error
  }
}

function isWhole(taskCode: string): boolean {
  return taskCode === '0' || taskCode === '-1'
}
