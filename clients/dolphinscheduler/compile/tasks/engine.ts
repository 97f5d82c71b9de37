import type { Task } from '#src/definition/task.ts'
import type { CompiledParams } from '../context.ts'
import { newestTypeName } from '../type-names.ts'

type EngineOwnTask = Extract<Task, { type: 'engine' }>

/** Any type of the engine: all that it has to say is in `engine_params`. */
export const engineKind = {
  compile: ({ engine_type: type }: EngineOwnTask): CompiledParams => ({
    type: newestTypeName(type),
    params: {},
  }),
}
