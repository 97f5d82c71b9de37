import { createHash } from 'node:crypto'
import { datasetsOf, sqlOf, type TaskDatasets } from '../definition/lineage/datasets-of.ts'
import { datasetsOfSql, type SqlDatasets } from '../definition/lineage/parse-sql.ts'
import type { Task } from '../definition/task.ts'

/** The same SQL is in version after version: what it says is kept. */
const known = new Map<string, SqlDatasets>()
const MAX_KNOWN = 5000

/** Characters parsed while a transaction waits, whatever it writes; the rest is a job's. */
const MAX_AT_ONCE = 100_000

/** null: its SQL is left for later. */
export type TaskReader = (task: Task) => TaskDatasets | null

/** Reads tasks until it has parsed as much as may be parsed at once; then null where SQL is new. */
export function createTaskReader(): TaskReader {
  let left = MAX_AT_ONCE
  return (task) => {
    const sql = sqlOf(task)
    if (sql !== null && !known.has(idOf(sql))) {
      left -= sql.length
      if (left < 0) return null
    }
    return readTask(task)
  }
}

export function readTask(task: Task): TaskDatasets {
  return datasetsOf(task, readKnown)
}

function readKnown(sql: string): SqlDatasets {
  const id = idOf(sql)
  const found = known.get(id) ?? datasetsOfSql(sql)
  known.delete(id)
  known.set(id, found)
  const [oldest] = known.keys()
  if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest)
  return found
}

function idOf(sql: string): string {
  return createHash('sha256').update(sql).digest('base64')
}
