import type { Task } from '#src/definition/task.ts'
import type { CompiledParams, TaskContext, TaskKind } from '../context.ts'
import { flinkKind, sparkKind } from './big-data.ts'
import { conditionsKind, switchKind } from './branches.ts'
import { dataxKind } from './datax.ts'
import { dependentKind } from './dependent.ts'
import { engineKind } from './engine.ts'
import { httpKind } from './http.ts'
import { javaKind } from './java.ts'
import { procedureKind } from './procedure.ts'
import { scriptKind } from './script.ts'
import { seatunnelKind } from './seatunnel.ts'
import { sqlKind } from './sql.ts'
import { subWorkflowKind } from './sub-workflow.ts'

type Reader = Pick<TaskKind<Task>, 'decompile'>

/** Engine types that have a kind of their own here. */
export const KINDS_BY_ENGINE_TYPE: Readonly<Record<string, Reader>> = {
  SHELL: scriptKind,
  PYTHON: scriptKind,
  SQL: sqlKind,
  PROCEDURE: procedureKind,
  HTTP: httpKind,
  JAVA: javaKind,
  SUB_WORKFLOW: subWorkflowKind,
  DEPENDENT: dependentKind,
  CONDITIONS: conditionsKind,
  SWITCH: switchKind,
  SPARK: sparkKind,
  FLINK: flinkKind,
  DATAX: dataxKind,
  SEATUNNEL: seatunnelKind,
}

export function compileKind(task: Task, context: TaskContext): CompiledParams {
  switch (task.type) {
    case 'shell':
    case 'python':
      return scriptKind.compile(task, context)
    case 'sql':
      return sqlKind.compile(task, context)
    case 'procedure':
      return procedureKind.compile(task, context)
    case 'http':
      return httpKind.compile(task, context)
    case 'java':
      return javaKind.compile(task, context)
    case 'sub_workflow':
      return subWorkflowKind.compile(task, context)
    case 'dependent':
      return dependentKind.compile(task, context)
    case 'conditions':
      return conditionsKind.compile(task, context)
    case 'switch':
      return switchKind.compile(task, context)
    case 'spark':
      return sparkKind.compile(task, context)
    case 'flink':
      return flinkKind.compile(task, context)
    case 'datax':
      return dataxKind.compile(task, context)
    case 'seatunnel':
      return seatunnelKind.compile(task, context)
    case 'engine':
      return engineKind.compile(task)
  }
}
