import type { Task } from '#src/definition/task.ts'
import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import type { CompiledParams, TaskContext } from '../context.ts'
import { isMissingType } from '../../dialects/task-types.ts'
import { canonicalParams, listOf } from '../task-params.ts'
import { bindReferences } from '../bind-references.ts'
import { compileKind } from './kinds.ts'
import { bindResource } from './resources.ts'

/** The engine's type and parameters of one task, in canonical form. */
export function compileTaskParams(task: Task, context: TaskContext): CompiledParams {
  const { type, params } = compileKind(task, context)
  if (isMissingType(type, context.dialect.family))
    context.report('type', {
      code: 'unsupported_type',
      message: `DolphinScheduler ${context.dialect.family} has no task type ${type}`,
    })
  const own = ownParams(task, { type, params }, context)
  return {
    type,
    params: canonicalParams(type, {
      ...params,
      ...own,
      localParams: [...listOf(own['localParams']), ...localParams(task)],
      resourceList: [
        ...listOf(own['resourceList']),
        ...task.resources.flatMap(
          (path, index) => bindResource(path, context, `resources/${index}`) ?? [],
        ),
      ],
    }),
  }
}

/** What was written in the engine's own words, beside the fields that have a name here. */
function ownParams(task: Task, { type, params }: CompiledParams, context: TaskContext): JsonObject {
  for (const name of Object.keys(task.engine_params)) {
    if (Object.hasOwn(params, name))
      context.report(`engine_params/${name}`, {
        code: 'named_field',
        message: `"${name}" has a field of its own in a task of type ${task.type}`,
      })
  }
  return bindReferences(type, task.engine_params, context)
}

function localParams(task: Task): readonly JsonValue[] {
  const said = (direct: 'IN' | 'OUT', list: Task['params']): JsonValue[] =>
    list.map(({ name, type, value }) => ({ prop: name, direct, type, value }))
  return [...said('IN', task.params), ...said('OUT', task.outputs)]
}
