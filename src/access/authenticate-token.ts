import { z } from 'zod'
import type { Db } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import { ROLES, SCOPES, type Actor, type Scope } from '../lib/call.ts'
import type { Clock } from '../lib/time.ts'
import { hashToken } from './api-token.ts'
import { findUsableToken, markTokenUsed } from './token-store.ts'

/** How exact "last used" is: a write a minute, not a write a request. */
const USED_STEP_MS = 60_000

export interface AuthenticateTokenDeps {
  readonly db: Db
  readonly now: Clock
}

export interface AuthenticatedToken {
  readonly orgId: string
  readonly actor: Actor
  readonly scopes: readonly Scope[]
}

/** Answers null for a token that is unknown, expired, revoked, or of a member who left. */
export async function authenticateToken(
  deps: AuthenticateTokenDeps,
  token: string,
): Promise<AuthenticatedToken | null> {
  const now = deps.now()
  const row = await findUsableToken(deps.db, hashToken(token), now)
  if (!row) return null
  if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() > USED_STEP_MS) {
    await markTokenUsed(deps.db, { orgId: row.org_id, tokenId: row.token_id }, now)
  }
  return {
    orgId: row.org_id,
    scopes: readJson(z.array(z.enum(SCOPES)), row.scopes),
    actor: {
      kind: 'member',
      id: row.member_id,
      name: row.name,
      roles: readJson(z.array(z.enum(ROLES)), row.roles),
      tokenId: row.token_id,
      tokenCreatedBy: row.created_by,
      ip: null,
    },
  }
}
