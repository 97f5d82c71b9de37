import { z } from 'zod'
import type { Task } from '#src/definition/task.ts'
import type { TaskKind } from '../context.ts'
import { bindDataSource, nameDataSource } from './data-source.ts'

type SqlTask = Extract<Task, { type: 'sql' }>

/** The engine's numbers, which read the wrong way round: 0 returns rows, 1 changes data. */
const SQL_TYPES = { query: '0', statement: '1' } as const

const Params = z.looseObject({
  type: z.string(),
  datasource: z.int(),
  sql: z.string(),
  sqlType: z.union([z.string(), z.int().transform(String)]),
  preStatements: z.array(z.string()),
  postStatements: z.array(z.string()),
  limit: z.int().default(0),
})

export const sqlKind: TaskKind<SqlTask> = {
  compile: (task, context) => {
    const source = bindDataSource(task.datasource, context, 'datasource')
    return {
      type: 'SQL',
      params: {
        type: source.type,
        datasource: source.id,
        sql: task.sql,
        sqlType: SQL_TYPES[task.mode],
        preStatements: task.pre_statements,
        postStatements: task.post_statements,
        ...(task.limit_rows === 0 ? {} : { limit: task.limit_rows }),
      },
    }
  },
  decompile: (task, context) => {
    const parsed = Params.safeParse(task.params)
    if (!parsed.success) return null
    const { data } = parsed
    const datasource = nameDataSource(data.datasource, context)
    if (datasource === undefined) return null
    return {
      type: 'sql',
      datasource,
      sql: data.sql,
      mode: data.sqlType === SQL_TYPES.query ? 'query' : 'statement',
      pre_statements: data.preStatements,
      post_statements: data.postStatements,
      limit_rows: data.limit,
    }
  },
}
