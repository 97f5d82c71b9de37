import { Task } from '#src/definition/task.ts'
import type { EngineTask } from '#src/engine/definition.ts'
import type { JsonObject } from '#src/lib/json.ts'
import { must } from '#src/lib/must.ts'
import type { KindFields, TaskContext, TaskKind } from '../context.ts'
import { readLocalParams } from '../task-params.ts'
import { compileTaskParams } from './compile-task.ts'
import { engineKind } from './engine.ts'
import { httpKind } from './http.ts'
import { scriptKind } from './script.ts'
import { sqlKind } from './sql.ts'
import { subWorkflowKind } from './sub-workflow.ts'

const KINDS: Readonly<Record<string, Pick<TaskKind<Task>, 'decompile'>>> = {
  SHELL: scriptKind,
  PYTHON: scriptKind,
  SQL: sqlKind,
  HTTP: httpKind,
  SUB_WORKFLOW: subWorkflowKind,
}

/**
 * The kind that says exactly what the task says; the engine's own form where no kind does, so
 * that nothing a person set is lost.
 */
export function kindFields(task: EngineTask, context: TaskContext): KindFields {
  const typed = KINDS[task.type]?.decompile(task, context) ?? null
  if (typed !== null && saysTheSame(typed, task, context)) return typed
  return must(engineKind.decompile(task, context), 'the engine form says everything')
}

function saysTheSame(fields: KindFields, task: EngineTask, context: TaskContext): boolean {
  const parsed = Task.safeParse({ key: 'x', ...localParamFields(task), ...fields })
  if (!parsed.success) return false
  const again = compileTaskParams(parsed.data, context)
  return again.type === task.type && sameJson(again.params, task.params)
}

function sameJson(a: JsonObject, b: JsonObject): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

export function localParamFields(task: EngineTask) {
  const all = readLocalParams(task.params)
  const of = (wanted: 'IN' | 'OUT') =>
    all
      .filter(({ direct }) => direct === wanted)
      .map(({ prop, type, value }) => ({ name: prop, type, value }))
  return { params: of('IN'), outputs: of('OUT') }
}
