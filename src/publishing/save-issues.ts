import type { RefusedPart } from '../engine/engine.ts'
import type { Issue } from '../lib/errors.ts'
import { pointerOf } from '../lib/pointer.ts'
import type { StepName } from './plan-steps.ts'
import { sizeIssues, type PlannedSave } from './size-issues.ts'

const SAVING: ReadonlySet<StepName> = new Set(['create', 'update'])

/** A save that the engine does not take would come after the workflow was taken offline for it. */
export function saveIssues(
  connected: Parameters<typeof sizeIssues>[0],
  planned: PlannedSave & { readonly steps: readonly StepName[] },
): readonly Issue[] {
  const { definition } = planned
  if (definition === null || !planned.steps.some((step) => SAVING.has(step))) return []
  return [
    ...refusedIssues(connected.compiler.findRefused(definition), planned),
    ...sizeIssues(connected, { ...planned, definition }),
  ]
}

/** Those of tasks in the document's order: the engine's is that of codes, which mean nothing. */
function refusedIssues(
  parts: readonly RefusedPart[],
  { document, taskCodes }: Pick<PlannedSave, 'document' | 'taskCodes'>,
): readonly Issue[] {
  const byCode = new Map(
    parts.flatMap((part) => ('taskCode' in part ? [[part.taskCode, part] as const] : [])),
  )
  const ofTasks = document.tasks.flatMap(({ key }, index) => {
    const part = byCode.get(taskCodes[key] ?? '')
    return part ? [issue(['tasks', index, 'name'], part)] : []
  })
  const ofParams = parts.flatMap((part) =>
    'paramName' in part ? [issue(['start', 'params', 'properties', part.paramName], part)] : [],
  )
  return [...ofTasks, ...ofParams]
}

function issue(path: readonly PropertyKey[], { message }: RefusedPart): Issue {
  return { pointer: pointerOf(path), code: 'plan.refused_save', message }
}
