import type { Logger } from './log.ts'

/** Roles add up; every role reads. */
export const ROLES = ['viewer', 'author', 'approver', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** What a token may be limited to, beside its member's roles. */
export const SCOPES = ['read', 'workflows', 'publishing', 'runs', 'alerts', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

/** Who acts: a member through an API token, or one of our own jobs (`system`). */
export interface Actor {
  readonly kind: 'member' | 'system'
  /** Member id, or the job's name. */
  readonly id: string
  readonly name: string
  readonly roles: readonly Role[]
  /** The API token the request came with. */
  readonly tokenId: string | null
  /** Member id of who made that token and so could act with it; null where there is no token. */
  readonly tokenCreatedBy: string | null
  readonly ip: string | null
}

/**
 * Made once per request, per job round, per test. `signal` is shutdown plus deadline,
 * never the client's disconnect: a write that began is finished.
 */
export interface Call {
  readonly orgId: string
  readonly actor: Actor
  readonly requestId: string
  readonly signal: AbortSignal
  readonly log: Logger
}
