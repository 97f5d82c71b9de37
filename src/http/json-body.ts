import type { MiddlewareHandler } from 'hono'
import { duplicateKeys } from '../lib/duplicate-keys.ts'
import { AppError } from '../lib/errors.ts'
import type { ShapeFault } from '../lib/shape-faults.ts'
import { valueFaults } from '../lib/value-faults.ts'
import { toRequestIssues } from './request-issues.ts'

interface BodyReader {
  arrayBuffer(): Promise<ArrayBuffer>
}

export function isYaml(contentType: string | undefined): boolean {
  return /yaml/i.test(contentType ?? '')
}

/** @throws AppError `request.malformed` for a body that is not UTF-8. */
export async function bodyText(request: BodyReader): Promise<string> {
  const bytes = await request.arrayBuffer()
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('malformed', 'request.malformed', 'the body is not UTF-8', { cause })
  }
}

/** JSON in which no key stands twice: which of them counts is nothing to guess. */
export function parseJson(text: string): unknown {
  if (text.trim() === '')
    throw new AppError('malformed', 'request.malformed', 'the body is empty: send JSON')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new AppError('malformed', 'request.malformed', 'the body is not readable JSON', { cause })
  }
  assertFaultless(duplicateKeys(text))
  return value
}

/** Looks at a JSON body before its schema does, which walks it by recursion. */
export const readableJson: MiddlewareHandler = async (c, next) => {
  if (/json/i.test(c.req.header('content-type') ?? '')) parseReadableJson(await bodyText(c.req))
  return next()
}

/** JSON that may be walked by recursion, copied and stored. */
export function parseReadableJson(text: string): unknown {
  const value = parseJson(text)
  assertFaultless(valueFaults(value))
  return value
}

function assertFaultless(faults: readonly ShapeFault[]): void {
  if (faults.length === 0) return
  throw new AppError('invalid', 'request.invalid', 'the body cannot be taken as it is', {
    issues: toRequestIssues(faults),
  })
}
