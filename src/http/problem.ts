import { z } from '@hono/zod-openapi'
import { boundIssues } from '../lib/bound-issues.ts'
import type { ErrorCode } from '../lib/error-codes.ts'
import { AppError, ERROR_KINDS, type ErrorKind } from '../lib/errors.ts'

const ProblemIssue = z.object({ pointer: z.string(), code: z.string(), message: z.string() })

/** RFC 9457. Members beside these depend on the code (`current`, `plan`, `engine_code` …). */
export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ description: 'Stable; docs/errors.md lists them all.' }),
    detail: z.string(),
    request_id: z.string(),
    issues: z.array(ProblemIssue).optional(),
  })
  .openapi('Problem')
export type Problem = z.output<typeof Problem>

const TITLES: Readonly<Record<ErrorKind, string>> = {
  malformed: 'Bad request',
  unauthenticated: 'Not authenticated',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  method_not_allowed: 'Method not allowed',
  too_slow: 'Request timeout',
  conflict: 'Conflict',
  too_large: 'Too large',
  unsupported_media: 'Unsupported media type',
  invalid: 'Invalid',
  limited: 'Too many requests',
  upstream: 'The engine refused',
  unavailable: 'Temporarily unavailable',
}

const INTERNAL: ErrorCode = 'internal'
const BUSY: ErrorCode = 'database.busy'

/** What the caller may know of an error; a bug's message stays in the log. */
export function toProblem(error: unknown, requestId: string): Problem {
  if (!(error instanceof AppError)) {
    return {
      type: 'about:blank',
      title: 'Internal error',
      status: 500,
      code: INTERNAL,
      detail: 'something went wrong here; the request_id finds it in the log',
      request_id: requestId,
    }
  }
  return {
    ...error.details,
    type: `urn:slipway:error:${error.code}`,
    title: TITLES[error.kind],
    status: ERROR_KINDS[error.kind],
    code: error.code,
    detail: error.message,
    request_id: requestId,
    ...(error.issues.length > 0 ? { issues: boundIssues(error.issues) } : {}),
  }
}

export function problemResponse(problem: Problem): Response {
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' }
  // Of other 503s nobody knows when, or whether, they may be repeated.
  if (problem.code === BUSY) headers['retry-after'] = '1'
  if (problem.status === 401) headers['www-authenticate'] = 'Bearer'
  return new Response(JSON.stringify(problem), { status: problem.status, headers })
}

/** The `responses` entries of the error kinds that a route may end in. */
export function problemResponses(kinds: readonly ErrorKind[]): Record<number, ProblemDoc> {
  return Object.fromEntries(
    kinds.map((kind) => [
      ERROR_KINDS[kind],
      { description: TITLES[kind], content: { 'application/problem+json': { schema: Problem } } },
    ]),
  )
}

interface ProblemDoc {
  readonly description: string
  readonly content: { readonly 'application/problem+json': { readonly schema: typeof Problem } }
}
