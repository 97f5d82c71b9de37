import type { Task } from '#src/definition/task.ts'
import type { JsonObject } from '#src/lib/json.ts'
import type { TaskKind } from '../context.ts'
import { isList } from '../task-params.ts'
import { codesToKeys, keysToCodes } from '../task-references.ts'

type EngineOwnTask = Extract<Task, { type: 'engine' }>

/** Any type of the engine, unchanged but for the tasks it names: keys in a document, codes there. */
export const engineKind: TaskKind<EngineOwnTask> = {
  compile: ({ engine_type: type, engine_params: params }, { bindings }) => ({
    type,
    params: keysToCodes(type, params, bindings.taskCodes),
  }),
  decompile: ({ type, params }, { bindings }) => ({
    type: 'engine',
    engine_type: type,
    engine_params: codesToKeys(type, ownParams(params), bindings.taskCodes),
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
