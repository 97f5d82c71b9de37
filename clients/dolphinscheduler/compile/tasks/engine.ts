import type { Task } from '#src/definition/task.ts'
import type { JsonObject } from '#src/lib/json.ts'
import type { TaskKind } from '../context.ts'
import { isList } from '../task-params.ts'

type EngineOwnTask = Extract<Task, { type: 'engine' }>

/** Any type of the engine, unchanged. */
export const engineKind: TaskKind<EngineOwnTask> = {
  compile: (task) => ({ type: task.engine_type, params: task.engine_params }),
  decompile: ({ type, params }) => ({
    type: 'engine',
    engine_type: type,
    engine_params: ownParams(params),
  }),
}

/** Without what every task has: local parameters have fields of their own. */
function ownParams(params: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(params).filter(
      ([key, value]) =>
        key !== 'localParams' && !(key === 'resourceList' && isList(value) && value.length === 0),
    ),
  )
}
