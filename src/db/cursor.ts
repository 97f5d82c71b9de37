import { z } from 'zod'
import { AppError } from '../lib/errors.ts'
import { isAscii } from '../lib/ids.ts'

export interface Page<T> {
  readonly items: readonly T[]
  readonly next_cursor: string | null
}

/** A keyset position: the sort values of the last item, opaque to the caller. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** Times, ids and numbers; an id column cannot be compared with other text. */
const Position = z.array(z.union([z.int(), z.string().refine(isAscii)]))

/** Reads a position back; `schema` is the tuple that this list wrote. */
export function decodeCursor<S extends z.ZodType>(schema: S, cursor: string): z.output<S> {
  try {
    const position = Position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    return schema.parse(position)
  } catch (cause) {
    throw new AppError('invalid', 'cursor.invalid', 'the cursor was not made by this list', {
      cause,
      issues: [{ pointer: '/query/cursor', code: 'cursor.invalid', message: 'unknown cursor' }],
    })
  }
}

/** Cuts `limit + 1` rows into a page. */
export function toPage<R, T>(
  rows: readonly R[],
  {
    limit,
    item,
    position,
  }: {
    readonly limit: number
    readonly item: (row: R) => T
    readonly position: (row: R) => readonly (string | number)[]
  },
): Page<T> {
  const kept = rows.slice(0, limit)
  const last = rows.length > limit ? kept.at(-1) : undefined
  return {
    items: kept.map(item),
    next_cursor: last === undefined ? null : encodeCursor(position(last)),
  }
}

const Id = z.tuple([z.string()])

/** The last id of the page before, for lists that are ordered by id alone; null: the first page. */
export function afterId(page: { readonly cursor?: string | undefined }): string | null {
  return page.cursor === undefined ? null : decodeCursor(Id, page.cursor)[0]
}
