import type { WorkflowDocument } from '../definition/document.ts'
import type { EngineDefinition } from '../engine/definition.ts'
import type { EngineCompiler, TaskVersions } from '../engine/engine.ts'
import type { Issue } from '../lib/errors.ts'
import type { LiveState } from './plan.ts'

export interface PlannedSave extends TaskVersions {
  readonly live: LiveState | null
  readonly project_code: string
  readonly tenant: string
  readonly document: WorkflowDocument
  /** Of what the operation compiled; null: nothing. */
  readonly definition: EngineDefinition | null
  readonly taskCodes: Readonly<Record<string, string>>
}

export function sizeIssues(
  { compiler }: { readonly compiler: EngineCompiler },
  planned: PlannedSave & { readonly definition: EngineDefinition },
): readonly Issue[] {
  const { definition, document, taskCodes } = planned
  const tooLarge = compiler.findTooLarge({
    projectCode: planned.project_code,
    definition,
    layout: planned.live?.layout ?? {},
    tenant: planned.tenant,
    taskVersions: planned.taskVersions,
  })
  if (!tooLarge) return []
  const { bytes, maxBytes, largestTask } = tooLarge
  const index = document.tasks.findIndex(({ key }) => taskCodes[key] === largestTask?.code)
  const task = document.tasks[index]
  const largest = task ? `; the largest task, "${task.key}", is ${largestTask?.bytes} of them` : ''
  return [
    {
      pointer: task ? `/tasks/${index}` : '',
      code: 'plan.too_large',
      message: `it is ${bytes} bytes as it is sent, and the engine takes at most ${maxBytes}${largest}`,
    },
  ]
}
