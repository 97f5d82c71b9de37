import type { MiddlewareHandler } from 'hono'
import { AppError } from '../lib/errors.ts'

/** More than this is not read to its end only to be thrown away. */
const MAX_DISCARDED_BYTES = 64_000_000

/**
 * Refuses larger bodies. What is too large is still read, and forgotten: most clients look at the
 * answer only when they have sent everything, and a connection that is cut hides it from them.
 */
export function limitBody(maxBytes: number): MiddlewareHandler {
  return async (c, next) => {
    const { body } = c.req.raw
    if (!body) return next()
    const length = lengthOf(c.req.raw.headers)
    if (length !== null && length <= maxBytes) return next()
    const bytes =
      length !== null && length > MAX_DISCARDED_BYTES ? null : await read(body, maxBytes)
    if (bytes === null)
      throw new AppError(
        'too_large',
        'request.too_large',
        `the body is larger than ${maxBytes} bytes`,
      )
    const { url, method, headers, signal } = c.req.raw
    c.req.raw = new Request(url, { method, headers, signal, body: bytes })
    return next()
  }
}

/** As its sender says; null: it comes in chunks. */
function lengthOf(headers: Headers): number | null {
  const length = headers.get('content-length')
  return length === null || headers.has('transfer-encoding') ? null : Number(length)
}

/** Null: it is larger. */
async function read(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size <= maxBytes) chunks.push(chunk)
    else chunks.length = 0
    if (size > MAX_DISCARDED_BYTES) break
  }
  return size > maxBytes ? null : Buffer.concat(chunks)
}
