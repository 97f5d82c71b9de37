import type { Task } from '../task.ts'
import { sqlText, type TaskText } from './task-text.ts'

type EngineTask = Extract<Task, { readonly type: 'engine' }>
type Params = EngineTask['engine_params']

/** They order other tasks; of scripts counts what is declared, as of the document's own. */
const SILENT = new Set(
  'SUB_WORKFLOW SUB_PROCESS DYNAMIC DEPENDENT CONDITIONS SWITCH BLOCKING NEXT_LOOP SHELL PYTHON JAVA HTTP'.split(
    ' ',
  ),
)
const UNKNOWN: TaskText = { kind: 'unknown' }

/** Where the engine's own parameters hold SQL; any other type that moves data is unknown. */
export function engineText({ engine_type: type, engine_params: params }: EngineTask): TaskText {
  if (SILENT.has(type)) return { kind: 'nothing' }
  if (isFromFile(params)) return UNKNOWN
  const isSqlProgram = text(params, 'programType') === 'SQL'
  switch (type) {
    case 'SQL':
      return withStatements(params)
    case 'DATAX': {
      const target = text(params, 'targetTable')
      const copies = params['customConfig'] === 0 && target !== ''
      return copies ? withStatements(params, target) : UNKNOWN
    }
    case 'HIVECLI':
      return sqlOrUnknown([text(params, 'hiveSqlScript')])
    case 'SPARK':
      return isSqlProgram ? sqlOrUnknown([text(params, 'rawScript')]) : UNKNOWN
    case 'FLINK':
    case 'FLINK_STREAM':
      return isSqlProgram
        ? sqlOrUnknown([text(params, 'initScript'), text(params, 'rawScript')])
        : UNKNOWN
    default:
      return UNKNOWN
  }
}

/** The words of SQL (3.4), SPARK and HIVECLI for a script in the resource centre. */
export function isFromFile(params: Params): boolean {
  return ['sqlSource', 'sqlExecutionType', 'hiveCliTaskExecutionType'].some(
    (field) => params[field] === 'FILE',
  )
}

function withStatements(params: Params, target?: string): TaskText {
  const sql = text(params, 'sql')
  if (sql.trim() === '') return UNKNOWN
  return sqlText(
    [...texts(params, 'preStatements'), sql, ...texts(params, 'postStatements')],
    target,
  )
}

function sqlOrUnknown(statements: readonly string[]): TaskText {
  return statements.at(-1)?.trim() === '' ? UNKNOWN : sqlText(statements)
}

function text(params: Params, field: string): string {
  const value = params[field]
  return typeof value === 'string' ? value : ''
}

function texts(params: Params, field: string): readonly string[] {
  const value = params[field]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}
