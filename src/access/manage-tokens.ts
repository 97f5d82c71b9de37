import { recordAudit } from '../audit/record-audit.ts'
import { afterId, toPage } from '../db/cursor.ts'
import { forOrg, inTx, type Db } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { addMs, type Clock } from '../lib/time.ts'
import { hashToken, makeToken } from './api-token.ts'
import type { TokenScope } from './authenticate-token.ts'
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
  readonly scopes: readonly TokenScope[]
  readonly expiresInDays: number
}

const DAY_MS = 86_400_000

/** Answers the token itself, once: only its hash is kept. */
export async function createToken(deps: TokenDeps, call: Call, input: TokenInput) {
  const at = deps.now()
  const token = makeToken()
  const row = {
    token_id: newId('tok'),
    member_id: input.memberId,
    name: input.name,
    scopes: writeJson(input.scopes),
    expires_at: addMs(at, input.expiresInDays * DAY_MS),
    last_used_at: null,
    revoked_at: null,
    created_by: call.actor.id,
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
        scopes: input.scopes,
        expires_at: row.expires_at,
      },
      at,
    })
  })
  return { ...toTokenView({ ...row, org_id: call.orgId, token_hash: '' }), token }
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
