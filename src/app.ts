import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { authenticated, type AuthenticateDeps } from './http/authenticate.ts'
import { allowedMethods } from './http/allowed-methods.ts'
import { createRouter, type Router } from './http/endpoint.ts'
import { problemResponse, toProblem } from './http/problem.ts'
import { limitBody } from './http/limit-body.ts'
import { pathOfRequest } from './http/verb-path.ts'
import { requestLog, type RequestLogDeps } from './http/request-log.ts'
import { AppError, isAppError } from './lib/errors.ts'
import { translateDatabaseError } from './db/mysql-errors.ts'

export interface AppDeps extends AuthenticateDeps, RequestLogDeps {
  readonly maxBodyBytes: number
  /** Each mounts its routes: below /api/v1 (authenticated), and at the root (open). */
  readonly features: readonly ((api: Router) => void)[]
  readonly open: readonly ((root: Router) => void)[]
}

/** The whole HTTP face; it does not listen. */
export function createApp(deps: AppDeps): Router {
  const root = createRouter()
  root.use(requestLog(deps))
  root.use(secureHeaders())
  root.use(limitBody(deps.maxBodyBytes))
  root.onError((thrown, c) => {
    const error = normalise(thrown)
    const requestId = c.var.requestId
    const fields = { request_id: requestId, event: 'http.error', err: error }
    if (!isAppError(error)) deps.log.error(fields, 'request failed')
    else if (error.kind === 'upstream' || error.kind === 'unavailable')
      deps.log.warn(fields, 'request failed')
    return problemResponse(toProblem(error, requestId))
  })
  root.notFound((c) => {
    const allowed = allowedMethods(root, pathOfRequest(c.req.raw))
    const response = problemResponse(toProblem(noRoute(allowed), c.var.requestId))
    if (allowed.length > 0) response.headers.set('allow', allowed.join(', '))
    return response
  })
  for (const mount of deps.open) mount(root)

  const api = createRouter()
  api.use(authenticated(deps))
  for (const mount of deps.features) mount(api)
  root.route('/api/v1', api)
  return root
}

/** The server and the framework report a body that they cannot read in their own ways. */
function normalise(thrown: unknown): unknown {
  const error = translateDatabaseError(thrown)
  if (isBrokenOff(error))
    return new AppError('malformed', 'request.malformed', 'the body ended early', { cause: error })
  if (!(error instanceof HTTPException)) return error
  if (error.status === 400) {
    return new AppError('malformed', 'request.malformed', 'the body is not readable JSON', {
      cause: error,
    })
  }
  if (error.status === 415) {
    return new AppError(
      'unsupported_media',
      'request.unsupported_media',
      'send the body with `Content-Type: application/json`',
      { cause: error },
    )
  }
  return error
}

/** What node's server makes of a connection that ends within a request. */
function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
}

function noRoute(allowed: readonly string[]): AppError {
  if (allowed.length === 0) return new AppError('not_found', 'request.not_found', 'no such route')
  return new AppError(
    'method_not_allowed',
    'request.method_not_allowed',
    `this path takes ${allowed.join(', ')}`,
  )
}
