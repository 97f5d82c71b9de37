import type { Task } from '#src/definition/task.ts'
import type { TaskKind } from '../context.ts'
import { bindDataSource, nameDataSource } from './data-source.ts'

type ProcedureTask = Extract<Task, { type: 'procedure' }>

export const procedureKind: TaskKind<ProcedureTask> = {
  compile: (task, context) => {
    const { id, type } = bindDataSource(task.datasource, context, 'datasource')
    return { type: 'PROCEDURE', params: { type, datasource: id, method: task.call } }
  },
  decompile: ({ params }, context) => {
    const datasource = nameDataSource(params['datasource'], context)
    const call = params['method']
    if (datasource === undefined || typeof call !== 'string') return null
    return { type: 'procedure', datasource, call }
  },
}
