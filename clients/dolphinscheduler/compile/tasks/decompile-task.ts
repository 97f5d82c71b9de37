import { Task } from '#src/definition/task.ts'
import type { EngineTask } from '#src/engine/definition.ts'
import type { JsonObject } from '#src/lib/json.ts'
import type { KindFields, TaskContext } from '../context.ts'
import { lookup } from '../lookup.ts'
import { isList, readLocalParams } from '../task-params.ts'
import { nameReferences } from '../name-references.ts'
import { compileTaskParams } from './compile-task.ts'
import { KINDS_BY_ENGINE_TYPE } from './kinds.ts'
import { nameResource } from './resources.ts'

/**
 * The kind that says exactly what the task says, with what it has no words for in the engine's own
 * beside it; the engine's form alone where no kind does, so that nothing a person set is lost.
 */
export function kindFields(task: EngineTask, context: TaskContext): KindFields {
  const shared = { ...localParamFields(task), ...resourceFields(task, context) }
  const typed = lookup(KINDS_BY_ENGINE_TYPE, task.type)?.decompile(task, context) ?? null
  const fields = typed && withRest(typed, shared, { task, context })
  if (fields) return fields
  return {
    type: 'engine',
    engine_type: task.type,
    ...shared,
    engine_params: nameReferences(task.type, withoutSaid(task.params, shared), context),
  }
}

/** null: with or without the rest, the kind does not say the same. */
function withRest(
  typed: KindFields,
  shared: KindFields,
  { task, context }: { readonly task: EngineTask; readonly context: TaskContext },
): KindFields | null {
  const said = compileFields({ ...typed, ...shared }, context)
  if (said === null) return null
  const rest = Object.fromEntries(
    Object.entries(task.params).filter(
      ([name]) => name === 'localParams' || name === 'resourceList' || !Object.hasOwn(said, name),
    ),
  )
  const fields = {
    ...typed,
    ...shared,
    engine_params: nameReferences(task.type, withoutSaid(rest, shared), context),
  }
  const again = compileFields(fields, context)
  return again !== null && sameJson(again, task.params) ? fields : null
}

/** null: not a task of a document at all. */
function compileFields(fields: KindFields, context: TaskContext): JsonObject | null {
  const parsed = Task.safeParse({ key: 'x', ...fields })
  return parsed.success ? compileTaskParams(parsed.data, context).params : null
}

/** Without the parameters and files that are said in our words. */
function withoutSaid(params: JsonObject, shared: KindFields): JsonObject {
  const { resourceList: files, localParams: _local, ...others } = params
  const { rest: localParams } = readLocalParams(params)
  const isSaid =
    files === undefined || 'resources' in shared || (isList(files) && files.length === 0)
  return {
    ...others,
    ...(localParams.length === 0 ? {} : { localParams }),
    ...(isSaid ? {} : { resourceList: files }),
  }
}

function sameJson(a: JsonObject, b: JsonObject): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function localParamFields(task: EngineTask): KindFields {
  const { said: all } = readLocalParams(task.params)
  const of = (wanted: 'IN' | 'OUT') =>
    all
      .filter(({ direct }) => direct === wanted)
      .map(({ prop, type, value }) => ({ name: prop, type, value }))
  return { params: of('IN'), outputs: of('OUT') }
}

/** Files by their paths, if all of them have one. */
function resourceFields(task: EngineTask, context: TaskContext): KindFields {
  const files = task.params['resourceList']
  if (!isList(files) || files.length === 0) return {}
  const paths = files.map((file) => nameResource(file, context))
  return paths.every((path) => path !== undefined) ? { resources: paths } : {}
}
