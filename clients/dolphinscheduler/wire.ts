import { z } from 'zod'
import type { HttpAnswer, HttpClientDeps } from '#clients/http/http-client.ts'
import { sendHttp } from '#clients/http/http-client.ts'
import type { CallOptions, EngineAddress } from '#src/engine/engine.ts'
import { AppError } from '#src/lib/errors.ts'
import type { Dialect } from './dialects/dialect.ts'
import { mustBeEnvelope, unusable } from './envelope.ts'
import type { Operation } from './operation.ts'
import { classify, refusalError } from './refusal.ts'
import type { RefusalClass } from './refusal.ts'
import { renameFields } from './wire/fields.ts'

/** Jetty takes no larger form. */
const MAX_FORM_BYTES = 5_000_000

export interface WireDeps extends HttpClientDeps {
  readonly callDeadlineMs: number
}

export interface WireCall {
  readonly operation: Operation
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the context path, without a leading slash. */
  readonly path: string
  readonly query?: FormFields
  readonly form?: FormFields
  /** GET is; of the others only what does the same when done twice. */
  readonly isRepeatable?: boolean
  readonly options: CallOptions
}

/** Fields that are undefined are not sent. */
export type FormFields = Readonly<Record<string, string | number | undefined>>

/** One connection to one cluster in one dialect. */
export interface Wire {
  readonly address: EngineAddress
  readonly dialect: Dialect
  readonly deps: WireDeps
}

/** The raw answer; any HTTP status is one. */
export async function ask(
  wire: Pick<Wire, 'address' | 'deps'>,
  request: WireCall,
): Promise<HttpAnswer> {
  const form = request.form === undefined ? undefined : encode(request.form)
  if (form !== undefined && form.length > MAX_FORM_BYTES) throw tooLarge(form.length)
  const query = request.query === undefined ? '' : `?${encode(request.query)}`
  return sendHttp(wire.deps, {
    operation: request.operation,
    method: request.method,
    url: `${wire.address.baseUrl.replace(/\/+$/, '')}/${request.path}${query}`,
    headers: {
      token: wire.address.token,
      accept: 'application/json',
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(form === undefined ? {} : { body: form }),
    isRepeatable: request.isRepeatable ?? request.method === 'GET',
    signal: request.options.signal,
    deadlineMs: request.options.deadlineMs ?? wire.deps.callDeadlineMs,
  })
}

export type Outcome<T> =
  | { readonly kind: 'ok'; readonly data: T }
  | {
      readonly kind: 'refusal'
      readonly means: RefusalClass
      readonly engineCode: number
      readonly engineMessage: string
      readonly error: AppError
    }

/** The engine's yes or no. Throws only where there is neither. */
export async function tryCall<T>(
  wire: Wire,
  request: WireCall,
  schema: z.ZodType<T>,
): Promise<Outcome<T>> {
  const envelope = mustBeEnvelope(request.operation, await ask(wire, request))
  if (envelope.code === 0) {
    const data = renameFields(envelope.data, wire.dialect.renamedFields)
    return { kind: 'ok', data: readData(request.operation, schema, data) }
  }
  const refusal = { operation: request.operation, code: envelope.code, message: envelope.msg }
  const means = classify(refusal)
  const error = refusalError(refusal, means)
  return { kind: 'refusal', means, engineCode: envelope.code, engineMessage: envelope.msg, error }
}

export async function call<T>(wire: Wire, request: WireCall, schema: z.ZodType<T>): Promise<T> {
  const outcome = await tryCall(wire, request, schema)
  if (outcome.kind === 'refusal') throw outcome.error
  return outcome.data
}

/** For answers whose content nobody needs. */
export const Nothing = z.unknown()

/** A yes with content that cannot be read is no answer: it must never pass for a refusal. */
export function readData<T>(operation: Operation, schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw unusable(operation, `unreadable at ${issue?.path.join('.') || 'data'}`)
}

function encode(fields: FormFields): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) params.append(name, String(value))
  }
  return params.toString()
}

function tooLarge(bytes: number): AppError {
  return new AppError(
    'invalid',
    'workflow.invalid',
    `the workflow is ${bytes} bytes as a form; the engine takes at most ${MAX_FORM_BYTES}`,
    { issues: [{ pointer: '', code: 'too_large', message: 'larger than the engine takes' }] },
  )
}
