import type { MiddlewareHandler } from 'hono'
import type { Actor, Scope } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import type { Logger } from '../lib/log.ts'
import { clientIp, senderOf, type TrustedProxy } from './client-ip.ts'
import type { AppEnv } from './endpoint.ts'

export interface Principal {
  readonly orgId: string
  readonly actor: Actor
  readonly scopes: readonly Scope[]
}

export interface AuthenticateDeps {
  /** null: no such token, expired or revoked. */
  readonly authenticate: (token: string) => Promise<Principal | null>
  readonly log: Logger
  /** Fires when the process shuts down for good; never on a client's disconnect. */
  readonly signal: AbortSignal
  /** Whose word on where a request came from is taken. */
  readonly trustedProxies: readonly TrustedProxy[]
}

/** Bearer token → `call`. The organization comes from the token and from nowhere else. */
export function authenticated(deps: AuthenticateDeps): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const token = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(c.req.header('authorization') ?? '')?.[1]
    const principal = token === undefined ? null : await deps.authenticate(token)
    if (!principal) {
      throw new AppError(
        'unauthenticated',
        'auth.required',
        'send a valid API token: `Authorization: Bearer <token>`',
      )
    }
    const { requestId } = c.var
    c.set('scopes', principal.scopes)
    c.set('call', {
      orgId: principal.orgId,
      actor: { ...principal.actor, ip: clientIp(senderOf(c), deps.trustedProxies) },
      requestId,
      signal: deps.signal,
      log: deps.log.child({ request_id: requestId, org_id: principal.orgId }),
    })
    return next()
  }
}
