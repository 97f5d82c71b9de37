import { CompiledQuery, type DatabaseConnection } from 'kysely'
import { escape } from 'mysql2'
import { z } from 'zod'
import { AppError } from '../lib/errors.ts'

/**
 * Refuses what is larger than the server takes at once before it is sent: the server would end the
 * connection, often before it says why.
 */
export async function limitPackets(connection: DatabaseConnection): Promise<void> {
  const send: DatabaseConnection['executeQuery'] = connection.executeQuery.bind(connection)
  const maxBytes = await readLimit(connection)
  connection.executeQuery = (query, options) => {
    if (!fits(query, maxBytes)) return Promise.reject(tooLarge(maxBytes))
    return send(query, options)
  }
}

export function tooLarge(maxBytes: number | null, cause?: unknown): AppError {
  const most = maxBytes === null ? '' : ` ${maxBytes} bytes`
  return new AppError(
    'too_large',
    'database.too_large',
    `what would be stored is larger than the${most} that the database takes at once (max_allowed_packet)`,
    { cause },
  )
}

const Limit = z.object({ bytes: z.coerce.number() })

/** A connection that fails already says so with its next query. */
async function readLimit(connection: DatabaseConnection): Promise<number> {
  try {
    const query = CompiledQuery.raw('SELECT @@max_allowed_packet AS bytes')
    const { rows } = await connection.executeQuery(query)
    return Limit.parse(rows[0]).bytes
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

function fits({ sql, parameters }: CompiledQuery, maxBytes: number): boolean {
  const texts = parameters.filter((value) => typeof value === 'string')
  const chars = texts.reduce((sum, text) => sum + text.length, sql.length)
  // A character is at most three bytes of UTF-8, or two where it is escaped.
  if (chars * 3 + parameters.length * SMALL < maxBytes) return true
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(escape(text)), sql.length)
  return bytes + parameters.length * SMALL < maxBytes
}

/** More than a number or a date takes. */
const SMALL = 32
