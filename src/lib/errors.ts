import type { ErrorCode } from './error-codes.ts'

/** What machines decide on; `status` in http/problem.ts follows from it. */
export const ERROR_KINDS = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  too_slow: 408,
  conflict: 409,
  too_large: 413,
  unsupported_media: 415,
  invalid: 422,
  limited: 429,
  /** Somebody else answered, and answered no or nonsense: do not repeat. */
  upstream: 502,
  /** Nobody answered: may be repeated where the call is safe to repeat. */
  unavailable: 503,
} as const

export type ErrorKind = keyof typeof ERROR_KINDS

/** One fault of the input, pointing into the document or the body (RFC 6901). */
export interface Issue {
  readonly pointer: string
  readonly code: string
  readonly message: string
}

export interface AppErrorOptions {
  readonly cause?: unknown
  readonly issues?: readonly Issue[]
  readonly details?: Readonly<Record<string, unknown>>
}

/** An outcome that the caller can act on. Anything else that is thrown is a bug. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly kind: ErrorKind
  readonly code: ErrorCode
  readonly issues: readonly Issue[]
  readonly details: Readonly<Record<string, unknown>>

  constructor(kind: ErrorKind, code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.kind = kind
    this.code = code
    this.issues = options.issues ?? []
    this.details = options.details ?? {}
  }
}

export function isAppError(error: unknown, kind?: ErrorKind): error is AppError {
  return error instanceof AppError && (kind === undefined || error.kind === kind)
}

/** What people may read of an error: an outcome's own words; a bug's, or the database's, stay in the log. */
export function publicMessage(error: unknown): string {
  return isAppError(error) ? error.message : 'internal error; the log has it'
}
