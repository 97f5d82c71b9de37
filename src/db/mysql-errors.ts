import { z } from 'zod'
import type { ErrorCode } from '../lib/error-codes.ts'
import { AppError } from '../lib/errors.ts'
import { tooLarge } from './packet-limit.ts'

const MysqlError = z.object({
  code: z.string().optional(),
  /** Of errors that the server sent. */
  sqlMessage: z.string().optional(),
  /** Set by the driver where the connection is lost: other sockets end with the same codes. */
  fatal: z.boolean().optional(),
})

const LOST = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
])
/** Text that is not ASCII was compared with an id column, which is; MySQL and MariaDB say it differently. */
const NO_ID = new Set([
  'ER_CANNOT_CONVERT_STRING',
  'ER_CANT_AGGREGATE_2COLLATIONS',
  'ER_CANT_AGGREGATE_3COLLATIONS',
  'ER_CANT_AGGREGATE_NCOLLATIONS',
])

const REFERENCED = new Set(['ER_ROW_IS_REFERENCED', 'ER_ROW_IS_REFERENCED_2'])

function mysqlCode(error: unknown): string | null {
  const parsed = MysqlError.safeParse(error)
  return parsed.success ? (parsed.data.code ?? null) : null
}

/** The whole transaction may be repeated: the server undid it. */
export function isRetryable(error: unknown): boolean {
  const code = mysqlCode(error)
  return code === 'ER_LOCK_DEADLOCK' || code === 'ER_LOCK_WAIT_TIMEOUT'
}

/** The server says the value first, which may be anything, and the key last; MySQL with its table. */
const BROKEN_KEY = /for key '(?:[^'.]+\.)?([^'.]+)'$/

/** True when the insert or update broke a unique key whose name begins so. */
export function isDuplicate(error: unknown, key?: string): boolean {
  const parsed = MysqlError.safeParse(error)
  if (!parsed.success || parsed.data.code !== 'ER_DUP_ENTRY') return false
  if (key === undefined) return true
  return BROKEN_KEY.exec(parsed.data.sqlMessage ?? '')?.[1]?.startsWith(key) ?? false
}

/** For the `catch` of an insert or update: the name is another row's, by the unique key `key`. */
export function nameTaken(key: string, taken: TakenName): (error: unknown) => never {
  return (error) => {
    if (!isDuplicate(error, key)) throw error
    throw takenName(taken, error)
  }
}

export interface TakenName {
  readonly code: ErrorCode
  readonly what: string
  readonly name: string
}

export function takenName({ code, what, name }: TakenName, cause?: unknown): AppError {
  return new AppError('conflict', code, `${what} named "${name}" exists`, {
    cause,
    issues: [{ pointer: '/name', code, message: 'taken' }],
  })
}

/** The constraint that forbids a delete, '' where the server keeps its name; null: another error. */
export function referenceOf(error: unknown): string | null {
  const parsed = MysqlError.safeParse(error)
  if (!parsed.success || !REFERENCED.has(parsed.data.code ?? '')) return null
  return /CONSTRAINT `(\w+)`/.exec(parsed.data.sqlMessage ?? '')?.[1] ?? ''
}

/** What may be deleted beside a request that names it, by the end of the constraint's name. */
const DELETABLE = z.enum(['environment', 'cluster', 'channel'])
const MISSING_ROW = /CONSTRAINT `fk_\w+_([a-z]+)`/

/** null: another error. */
function goneError(error: unknown): AppError | null {
  const parsed = MysqlError.safeParse(error)
  if (!parsed.success || parsed.data.code !== 'ER_NO_REFERENCED_ROW_2') return null
  const what = DELETABLE.safeParse(MISSING_ROW.exec(parsed.data.sqlMessage ?? '')?.[1])
  if (!what.success) return null
  const message = `the ${what.data} was deleted meanwhile`
  return new AppError('not_found', `${what.data}.not_found`, message, { cause: error })
}

export function isConnectionLost(error: unknown): boolean {
  const parsed = MysqlError.safeParse(error)
  if (!parsed.success) return false
  const { code, fatal, sqlMessage } = parsed.data
  if (code === undefined) return fatal === true
  return LOST.has(code) && (fatal === true || sqlMessage !== undefined)
}

/**
 * Our error for a database that does not answer or is in use by others, for what is too large for it,
 * for what was deleted meanwhile, and for an id that is none because it is not ASCII; anything else
 * stays what it is.
 */
export function translateDatabaseError(error: unknown): unknown {
  if (isConnectionLost(error))
    return new AppError('unavailable', 'database.unavailable', 'the database does not answer', {
      cause: error,
    })
  if (isRetryable(error))
    return new AppError(
      'unavailable',
      'database.busy',
      'others kept what this needs locked; nothing was done',
      { cause: error },
    )
  if (mysqlCode(error) === 'ER_NET_PACKET_TOO_LARGE') return tooLarge(null, error)
  if (NO_ID.has(mysqlCode(error) ?? ''))
    return new AppError(
      'not_found',
      'request.not_found',
      'an id in the request names nothing: no id has such characters',
      { cause: error },
    )
  return goneError(error) ?? error
}
