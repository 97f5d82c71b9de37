import type { MiddlewareHandler } from 'hono'
import { newId } from '../lib/ids.ts'
import type { Logger } from '../lib/log.ts'
import type { AppEnv } from './endpoint.ts'

export interface RequestObserver {
  /** `route` is the pattern, never the path: ids are no metric labels. */
  observe(request: {
    readonly method: string
    readonly route: string
    readonly status: number
    readonly durationMs: number
  }): void
}

export interface RequestLogDeps {
  readonly log: Logger
  readonly observer: RequestObserver
  readonly monotonicMs: () => number
}

/** Gives each request its id and one line when it ends. */
export function requestLog(deps: RequestLogDeps): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const startedMs = deps.monotonicMs()
    const requestId = newId('req')
    c.set('requestId', requestId)
    await next()
    c.header('x-request-id', requestId)
    const durationMs = Math.round(deps.monotonicMs() - startedMs)
    const { status } = c.res
    const route = c.req.routePath
    deps.observer.observe({ method: c.req.method, route, status, durationMs })
    const fields = {
      request_id: requestId,
      event: 'http.request',
      method: c.req.method,
      route,
      status,
      duration_ms: durationMs,
    }
    if (status >= 500) deps.log.warn(fields, 'request')
    else deps.log.info(fields, 'request')
  }
}
