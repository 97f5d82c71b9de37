import { z } from 'zod'
import type { HttpAnswer, HttpClientDeps } from '#clients/http/http-client.ts'
import { sendHttp } from '#clients/http/http-client.ts'
import type { CallOptions, EngineAddress } from '#src/engine/engine.ts'
import { AppError } from '#src/lib/errors.ts'
import type { Dialect } from './dialects/dialect.ts'
import { mustBeEnvelope, unreadable } from './envelope.ts'
import { encodeForm, formBytes, MAX_FORM_BYTES } from './form.ts'
import type { FormFields } from './form.ts'
import type { Operation } from './operation.ts'
import { classify, refusalError } from './refusal.ts'
import type { RefusalClass } from './refusal.ts'
import { renameFields } from './wire/fields.ts'

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
  const bytes = request.form === undefined ? 0 : formBytes(request.form)
  if (bytes > MAX_FORM_BYTES) throw tooLarge(bytes)
  const form = request.form === undefined ? undefined : encodeForm(request.form)
  const query = request.query === undefined ? '' : `?${encodeForm(request.query)}`
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
  throw unreadable(operation, issue?.path.join('.') || 'data')
}

function tooLarge(bytes: number): AppError {
  return new AppError(
    'invalid',
    'workflow.invalid',
    `the workflow is ${bytes} bytes as a form; the engine takes at most ${MAX_FORM_BYTES}`,
    { issues: [{ pointer: '', code: 'too_large', message: 'larger than the engine takes' }] },
  )
}
