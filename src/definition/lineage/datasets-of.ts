import type { Task } from '../task.ts'
import { datasetsOfSql, type SqlDatasets } from './parse-sql.ts'

export type DatasetOrigin = 'declared' | 'sql'

export interface Dataset {
  readonly name: string
  readonly origin: DatasetOrigin
}

export interface TaskDatasets {
  readonly reads: readonly Dataset[]
  readonly writes: readonly Dataset[]
  /** There may be more: something that touches data could be read by nobody. */
  readonly isUnknown: boolean
}

export type ReadSql = (sql: string) => SqlDatasets

/**
 * What a task reads and writes. What people declared holds; a side of which they said nothing is
 * taken from the task's SQL. Scripts have what is declared and nothing else.
 */
export function datasetsOf(task: Task, readSql: ReadSql = datasetsOfSql): TaskDatasets {
  const found = needsSql(task) ? fromText(task, readSql) : NOTHING_TO_READ
  const reads = task.reads.length > 0 ? declared(task.reads) : fromSql(found.reads)
  const writes = task.writes.length > 0 ? declared(task.writes) : fromSql(found.writes)
  return { reads, writes, isUnknown: found.isUnknown }
}

/** The text that `datasetsOf` would have to parse; null: none. */
export function sqlOf(task: Task): string | null {
  return needsSql(task) ? scriptOf(task) : null
}

function needsSql(task: Task): boolean {
  return task.reads.length === 0 || task.writes.length === 0
}

const NOTHING_TO_READ: SqlDatasets = { reads: [], writes: [], isUnknown: false }

function fromText(task: Task, readSql: ReadSql): SqlDatasets {
  const isSilent = task.reads.length === 0 && task.writes.length === 0
  if (task.type === 'procedure') return { ...NOTHING_TO_READ, isUnknown: isSilent }
  if (task.type === 'datax' && task.job_json !== undefined)
    return { ...NOTHING_TO_READ, isUnknown: isSilent }
  const sql = scriptOf(task)
  const found = sql === null ? NOTHING_TO_READ : readSql(sql)
  if (task.type !== 'datax' || task.target_table === undefined) return found
  return { ...found, writes: [...new Set([...found.writes, plainName(task.target_table)])] }
}

/** Statements of the same session one after another; null: no SQL. */
function scriptOf(task: Task): string | null {
  if (task.type === 'sql')
    return joined([...task.pre_statements, task.sql, ...task.post_statements])
  if (task.type === 'datax' && task.job_json === undefined)
    return joined([...task.pre_statements, task.sql ?? '', ...task.post_statements])
  if (task.type === 'spark' && task.language === 'sql') return task.script ?? null
  if (task.type === 'flink' && task.language === 'sql')
    return joined([task.init_script ?? '', task.script ?? ''])
  return null
}

/** A line break ends a comment that one of them ends in. */
function joined(statements: readonly string[]): string {
  return statements.filter((text) => text.trim() !== '').join('\n;\n')
}

function plainName(table: string): string {
  return table.replaceAll(/[`"[\]]/g, '')
}

function declared(names: readonly string[]): readonly Dataset[] {
  return unique(names).map((name) => ({ name, origin: 'declared' }))
}

function fromSql(names: readonly string[]): readonly Dataset[] {
  return unique(names).map((name) => ({ name, origin: 'sql' }))
}

/** Compared without case; the first way of writing it stays. */
function unique(names: readonly string[]): readonly string[] {
  return [...new Map(names.toReversed().map((name) => [name.toLowerCase(), name])).values()].sort()
}
