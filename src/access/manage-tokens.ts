import { recordAudit } from '../audit/record-audit.ts'
import { afterId, toPage } from '../db/cursor.ts'
import { forOrg, inTx, type Db } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import type { Call, Scope } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { addMs, type Clock } from '../lib/time.ts'
import { hashToken, makeToken } from './api-token.ts'
import { toTokenView } from './member.ts'
import { getMember } from './member-store.ts'
import { insertToken, listTokens, markTokenRevoked } from './token-store.ts'

export interface TokenDeps {
  readonly db: Db
  readonly now: Clock
}

export interface TokenInput {
  readonly memberId: string
  readonly name: string
  /** null: all that the caller's own token has. */
  readonly scopes: readonly Scope[] | null
  readonly callerScopes: readonly Scope[]
  readonly expiresInDays: number
}

const DAY_MS = 86_400_000

/** Answers the token itself, once: only its hash is kept. It can do no more than the caller's. */
export async function createToken(deps: TokenDeps, call: Call, input: TokenInput) {
  const at = deps.now()
  const scopes = input.scopes ?? input.callerScopes
  assertGrantable(scopes, input.callerScopes)
  const token = makeToken()
  const row = {
    token_id: newId('tok'),
    member_id: input.memberId,
    name: input.name,
    scopes: writeJson(scopes),
    expires_at: addMs(at, input.expiresInDays * DAY_MS),
    last_used_at: null,
    revoked_at: null,
    // A token that was handed out hands on who is behind it: two mintings hide nobody.
    created_by: call.actor.tokenCreatedBy ?? call.actor.id,
    created_at: at,
  }
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    await getMember(tx, input.memberId)
    await insertToken(tx, { ...row, token_hash: hashToken(token) })
    await recordAudit(tx, call, {
      action: 'api_token.create',
      subjectType: 'api_token',
      subjectId: row.token_id,
      after: {
        member_id: row.member_id,
        name: row.name,
        scopes,
        created_by: row.created_by,
        expires_at: row.expires_at,
      },
      at,
    })
  })
  return { ...toTokenView({ ...row, org_id: call.orgId, token_hash: '' }), token }
}

function assertGrantable(scopes: readonly Scope[], callerScopes: readonly Scope[]): void {
  const issues = scopes.flatMap((scope, index) =>
    callerScopes.includes(scope)
      ? []
      : [
          {
            pointer: `/scopes/${index}`,
            code: 'auth.forbidden',
            message: `your token lacks the scope ${scope}`,
          },
        ],
  )
  if (issues.length === 0) return
  throw new AppError('forbidden', 'auth.forbidden', 'a token gives no scope that it lacks itself', {
    issues,
  })
}

export async function revokeToken(
  deps: TokenDeps,
  call: Call,
  input: { readonly tokenId: string },
): Promise<void> {
  const at = deps.now()
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    if (!(await markTokenRevoked(tx, input.tokenId, at)))
      throw new AppError('not_found', 'token.not_found', `no living API token "${input.tokenId}"`)
    await recordAudit(tx, call, {
      action: 'api_token.revoke',
      subjectType: 'api_token',
      subjectId: input.tokenId,
      at,
    })
  })
}

export async function pageOfTokens(
  deps: TokenDeps,
  call: Call,
  page: { readonly limit: number; readonly cursor?: string | undefined },
) {
  const rows = await listTokens(forOrg(deps.db, call.orgId), {
    after: afterId(page),
    limit: page.limit,
  })
  return toPage(rows, { limit: page.limit, item: toTokenView, position: (row) => [row.token_id] })
}
