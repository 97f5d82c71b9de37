import { z } from 'zod'
import type { Task } from '#src/definition/task.ts'
import type { TaskKind } from '../context.ts'
import { lookup } from '../lookup.ts'

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
  compile: (task, { bindings, report }) => {
    const source = lookup(bindings.dataSources, task.datasource)
    if (source === undefined) {
      const message = `no data source "${task.datasource}" on the engine`
      report('datasource', { code: 'unknown_data_source', message })
    }
    return {
      type: 'SQL',
      params: {
        type: source?.type ?? '',
        datasource: source?.id ?? 0,
        sql: task.sql,
        sqlType: SQL_TYPES[task.mode],
        preStatements: task.pre_statements,
        postStatements: task.post_statements,
        ...(task.limit_rows === 0 ? {} : { limit: task.limit_rows }),
      },
    }
  },
  decompile: (task, { bindings }) => {
    const parsed = Params.safeParse(task.params)
    if (!parsed.success) return null
    const { data } = parsed
    const source = Object.entries(bindings.dataSources).find(([, { id }]) => id === data.datasource)
    if (source === undefined) return null
    return {
      type: 'sql',
      datasource: source[0],
      sql: data.sql,
      mode: data.sqlType === SQL_TYPES.query ? 'query' : 'statement',
      pre_statements: data.preStatements,
      post_statements: data.postStatements,
      limit_rows: data.limit,
    }
  },
}
