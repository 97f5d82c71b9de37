import type { Task } from '#src/definition/task.ts'
import { Code } from '../../wire/fields.ts'
import type { TaskKind } from '../context.ts'
import { nameOf } from '../inverse.ts'
import { lookup } from '../lookup.ts'

type SubWorkflowTask = Extract<Task, { type: 'sub_workflow' }>

export const subWorkflowKind: TaskKind<SubWorkflowTask> = {
  compile: (task, { bindings, dialect, report }) => {
    const code = lookup(bindings.workflowCodes, task.workflow)
    if (code === undefined) {
      const message = `workflow "${task.workflow}" is not deployed in this environment`
      report('workflow', { code: 'unknown_workflow', message })
    }
    return {
      type: 'SUB_WORKFLOW',
      params: { [dialect.subWorkflow.codeField]: Number(code ?? 0) },
    }
  },
  decompile: (task, { bindings, dialect }) => {
    const code = Code.safeParse(task.params[dialect.subWorkflow.codeField]).data
    const workflow = code === undefined ? undefined : nameOf(bindings.workflowCodes, code)
    return workflow === undefined ? null : { type: 'sub_workflow', workflow }
  },
}
