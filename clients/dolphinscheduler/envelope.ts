import { z } from 'zod'
import type { HttpAnswer } from '#clients/http/http-client.ts'
import { AppError } from '#src/lib/errors.ts'
import { isNestedDeeper } from '#src/lib/value-faults.ts'
import { MAX_ANSWER_DEPTH } from './wire/fields.ts'

/** What every DolphinScheduler call answers; `code` decides, never the HTTP status. */
const Envelope = z.looseObject({
  code: z.int(),
  msg: z
    .string()
    .nullish()
    .transform((text) => text ?? ''),
  data: z.unknown().optional(),
})
export type Envelope = z.output<typeof Envelope>

/** null: not an envelope (HTML of the UI, a bare 404, an empty body). */
export function readEnvelope(answer: HttpAnswer): Envelope | null {
  const parsed = Envelope.safeParse(readJson(answer))
  return parsed.success ? parsed.data : null
}

export function readJson(answer: HttpAnswer): unknown {
  if (!answer.isJson) return undefined
  try {
    const value: unknown = JSON.parse(answer.text)
    return isNestedDeeper(value, MAX_ANSWER_DEPTH) ? undefined : value
  } catch {
    return undefined
  }
}

/** The envelope, or the error that its absence means. */
export function mustBeEnvelope(operation: string, answer: HttpAnswer): Envelope {
  const envelope = readEnvelope(answer)
  if (envelope !== null) return envelope
  if (answer.status === 401) throw unauthenticated(operation)
  throw unusable(operation, answer.status === 429 ? 'throttled' : `http_${answer.status}`)
}

export function unauthenticated(operation: string): AppError {
  return new AppError(
    'upstream',
    'engine.unauthenticated',
    'the engine does not accept the token of the cluster: it is unknown there, has expired, or its user is disabled',
    { details: { operation } },
  )
}

/** Something answered, but nothing that says what happened. */
export function unusable(operation: string, reason: string): AppError {
  return new AppError(
    'unavailable',
    'engine.no_answer',
    `no usable answer to "${operation}" (${reason})`,
    { details: { operation, reason, sent: true } },
  )
}

/** It said yes in a form that is not known here. Whether a write happened nobody knows either. */
export function unreadable(operation: string, at: string): AppError {
  return new AppError(
    'unavailable',
    'engine.unreadable',
    `the answer to "${operation}" cannot be read (at ${at})`,
    { details: { operation, at, sent: true } },
  )
}
