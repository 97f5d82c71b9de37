import type { WorkflowDocument } from '../definition/document.ts'
import type { EngineDefinition } from '../engine/definition.ts'
import type { EngineCompiler, TaskVersions } from '../engine/engine.ts'
import type { Issue } from '../lib/errors.ts'
import type { LiveState } from './plan.ts'
import type { StepName } from './plan-steps.ts'

const SAVING: ReadonlySet<StepName> = new Set(['create', 'update'])

interface Planned extends TaskVersions {
  readonly steps: readonly StepName[]
  readonly live: LiveState | null
  readonly project_code: string
  readonly tenant: string
  readonly document: WorkflowDocument
  /** Of what the operation compiled; null: nothing. */
  readonly definition: EngineDefinition | null
  readonly taskCodes: Readonly<Record<string, string>>
}

/** A save that the engine cannot take would come after the workflow was taken offline for it. */
export function sizeIssues(
  { compiler }: { readonly compiler: EngineCompiler },
  planned: Planned,
): readonly Issue[] {
  const { definition, document, taskCodes } = planned
  if (definition === null || !planned.steps.some((step) => SAVING.has(step))) return []
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
