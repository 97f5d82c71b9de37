import type { Task } from '../task.ts'
import { engineText, isFromFile } from './engine-sql.ts'
import { datasetsOfSql, type SqlDatasets } from './parse-sql.ts'
import { sqlText, type TaskText } from './task-text.ts'

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
  const found = needsText(task) ? fromText(task, readSql) : NO_DATASETS
  const reads = task.reads.length > 0 ? declared(task.reads) : fromSql(found.reads)
  const writes = task.writes.length > 0 ? declared(task.writes) : fromSql(found.writes)
  return { reads, writes, isUnknown: found.isUnknown }
}

/** The text that `datasetsOf` would have to parse; null: none. */
export function sqlOf(task: Task): string | null {
  const text = needsText(task) ? textOf(task) : NOTHING
  return text.kind === 'sql' ? text.sql : null
}

function needsText(task: Task): boolean {
  return task.reads.length === 0 || task.writes.length === 0
}

const NOTHING: TaskText = { kind: 'nothing' }
const UNKNOWN: TaskText = { kind: 'unknown' }
/** Unless they are SQL, which is read; so it is of the same tasks in the engine's own words. */
const MOVES_DATA: ReadonlySet<string> = new Set(['procedure', 'spark', 'flink', 'seatunnel'])
const NO_DATASETS: SqlDatasets = { reads: [], writes: [], isUnknown: false }

function fromText(task: Task, readSql: ReadSql): SqlDatasets {
  const text = textOf(task)
  if (text.kind === 'nothing') return NO_DATASETS
  if (text.kind === 'unknown') {
    const isSilent = task.reads.length === 0 && task.writes.length === 0
    return { ...NO_DATASETS, isUnknown: isSilent }
  }
  const found = readSql(text.sql)
  if (text.target === null) return found
  return { ...found, writes: [...new Set([...found.writes, text.target])] }
}

function textOf(task: Task): TaskText {
  if (task.type === 'engine') return engineText(task)
  if (task.type === 'sql')
    return isFromFile(task.engine_params)
      ? UNKNOWN
      : sqlText([...task.pre_statements, task.sql, ...task.post_statements])
  if (task.type === 'datax')
    return task.job_json === undefined
      ? sqlText(
          [...task.pre_statements, task.sql ?? '', ...task.post_statements],
          task.target_table,
        )
      : UNKNOWN
  if (task.type === 'spark' && task.script_from === 'file') return UNKNOWN
  if (task.type === 'spark' && task.language === 'sql') return sqlText([task.script ?? ''])
  if (task.type === 'flink' && task.language === 'sql')
    return sqlText([task.init_script ?? '', task.script ?? ''])
  return MOVES_DATA.has(task.type) ? UNKNOWN : NOTHING
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
