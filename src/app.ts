import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { authenticated, type AuthenticateDeps } from './http/authenticate.ts'
import { createRouter, type Router } from './http/endpoint.ts'
import { problemResponse, toProblem } from './http/problem.ts'
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
  root.use(
    bodyLimit({
      maxSize: deps.maxBodyBytes,
      onError: () => {
        throw tooLarge(deps.maxBodyBytes)
      },
    }),
  )
  root.onError((thrown, c) => {
    const error = normalise(thrown)
    const requestId = c.var.requestId
    const fields = { request_id: requestId, event: 'http.error', err: error }
    if (!isAppError(error)) deps.log.error(fields, 'request failed')
    else if (error.kind === 'upstream' || error.kind === 'unavailable')
      deps.log.warn(fields, 'request failed')
    return problemResponse(toProblem(error, requestId))
  })
  root.notFound((c) =>
    problemResponse(
      toProblem(new AppError('not_found', 'request.not_found', 'no such route'), c.var.requestId),
    ),
  )
  for (const mount of deps.open) mount(root)

  const api = createRouter()
  api.use(authenticated(deps))
  for (const mount of deps.features) mount(api)
  root.route('/api/v1', api)
  return root
}

/** The framework reports a body that it cannot read in its own way. */
function normalise(thrown: unknown): unknown {
  const error = translateDatabaseError(thrown)
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

function tooLarge(maxBytes: number): AppError {
  return new AppError('too_large', 'request.too_large', `the body is larger than ${maxBytes} bytes`)
}
