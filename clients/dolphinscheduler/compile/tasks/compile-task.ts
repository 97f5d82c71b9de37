import type { Task } from '#src/definition/task.ts'
import type { JsonValue } from '#src/lib/json.ts'
import type { CompiledParams, TaskContext } from '../context.ts'
import { isList } from '../task-params.ts'
import { canonicalParams } from '../task-params.ts'
import { engineKind } from './engine.ts'
import { httpKind } from './http.ts'
import { scriptKind } from './script.ts'
import { sqlKind } from './sql.ts'
import { subWorkflowKind } from './sub-workflow.ts'

/** The engine's type and parameters of one task, in canonical form. */
export function compileTaskParams(task: Task, context: TaskContext): CompiledParams {
  const { type, params } = byKind(task, context)
  const own = params['localParams']
  const localParams: JsonValue[] = [
    ...(isList(own) ? own : []),
    ...task.params.map(({ name, type: kind, value }) => localParam('IN', name, [kind, value])),
    ...task.outputs.map(({ name, type: kind, value }) => localParam('OUT', name, [kind, value])),
  ]
  return { type, params: canonicalParams(type, { ...params, localParams }) }
}

function localParam(
  direct: 'IN' | 'OUT',
  prop: string,
  [type, value]: readonly [string, string],
): JsonValue {
  return { prop, direct, type, value }
}

function byKind(task: Task, context: TaskContext): CompiledParams {
  switch (task.type) {
    case 'shell':
    case 'python':
      return scriptKind.compile(task, context)
    case 'sql':
      return sqlKind.compile(task, context)
    case 'http':
      return httpKind.compile(task, context)
    case 'sub_workflow':
      return subWorkflowKind.compile(task, context)
    case 'engine':
      return engineKind.compile(task, context)
  }
}
