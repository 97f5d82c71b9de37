import { readMarker, withMarker } from '../definition/marker.ts'
import type { Row } from '../db/tables.ts'
import type { EngineDefinition } from '../engine/definition.ts'
import type { CallOptions, Engine } from '../engine/engine.ts'
import type { Issue } from '../lib/errors.ts'
import type { LiveState } from './plan.ts'
import type { Operation } from './publication.ts'

export interface OwnershipInput {
  readonly projectCode: string
  readonly name: string
  readonly operation: Operation
  readonly deployment: Row<'workflow_deployment'> | null
  readonly live: LiveState | null
}

/** What stands in the way on the engine: a foreign definition, a vanished one, doubled schedules. */
export async function ownershipIssues(
  engine: Engine,
  { projectCode, name, operation, deployment, live }: OwnershipInput,
  options: CallOptions,
): Promise<readonly Issue[]> {
  if (operation !== 'undeploy' && deployment?.engine_code && !live) {
    return [
      {
        pointer: '',
        code: 'plan.missing_on_engine',
        message: 'its definition was deleted on the engine; undeploy it here, then deploy it anew',
      },
    ]
  }
  if (live && live.schedules.length > 1) {
    return [
      {
        pointer: '/schedule',
        code: 'plan.several_schedules',
        message:
          'the engine holds several schedules for it, which breaks it; delete all but one there',
      },
    ]
  }
  if (operation !== 'deploy' || live?.definition.name === name) return []
  const other = await engine.findDefinitionByName({ projectCode, name }, options)
  if (!other || other.code === live?.code) return []
  return [
    {
      pointer: '/name',
      code: 'plan.name_taken',
      message: `another definition of the engine's project is named "${name}"`,
    },
  ]
}

/** Ours only if it carries the task codes that we made, and the marker where there is room for it. */
export function isOurs(
  definition: EngineDefinition,
  workflowId: string,
  taskCodes: Readonly<Record<string, string>>,
): boolean {
  const { description } = definition
  const isMarked =
    readMarker(description).workflowId === workflowId ||
    withMarker(description, workflowId) === description
  return isMarked && holdsTasks(definition, taskCodes)
}

/** These tasks and no others. */
export function holdsTasks(
  { tasks }: EngineDefinition,
  taskCodes: Readonly<Record<string, string>>,
): boolean {
  const codes = new Set(Object.values(taskCodes))
  return tasks.length === codes.size && tasks.every((task) => codes.has(task.code))
}
