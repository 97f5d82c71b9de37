import type { Db, OrgReader, OrgTx } from '../db/database.ts'
import type { NewRow, Row } from '../db/tables.ts'

export interface TokenWithMember {
  readonly org_id: string
  readonly token_id: string
  readonly scopes: string
  readonly created_by: string
  readonly last_used_at: Date | null
  readonly member_id: string
  readonly name: string
  readonly roles: string
}

/** Takes no organization: a token is what an organization is found by. */
export async function findUsableToken(
  db: Db,
  tokenHash: string,
  now: Date,
): Promise<TokenWithMember | null> {
  const row = await db
    .selectFrom('api_token as t')
    .innerJoin('org_member as m', (join) =>
      join.onRef('m.org_id', '=', 't.org_id').onRef('m.member_id', '=', 't.member_id'),
    )
    .select([
      't.org_id',
      't.token_id',
      't.scopes',
      't.created_by',
      't.last_used_at',
      'm.member_id',
      'm.name',
      'm.roles',
    ])
    .where('t.token_hash', '=', tokenHash)
    .where('t.revoked_at', 'is', null)
    .where((eb) => eb.or([eb('t.expires_at', 'is', null), eb('t.expires_at', '>', now)]))
    .where('m.is_active', '=', 1)
    .executeTakeFirst()
  return row ?? null
}

export async function markTokenUsed(
  db: Db,
  token: { readonly orgId: string; readonly tokenId: string },
  at: Date,
): Promise<void> {
  await db
    .updateTable('api_token')
    .set({ last_used_at: at })
    .where('org_id', '=', token.orgId)
    .where('token_id', '=', token.tokenId)
    .execute()
}

export async function insertToken(
  tx: OrgTx,
  token: Omit<NewRow<'api_token'>, 'org_id'>,
): Promise<void> {
  await tx.q
    .insertInto('api_token')
    .values({ ...token, org_id: tx.orgId })
    .execute()
}

export async function listTokens(
  at: OrgReader,
  page: { readonly limit: number; readonly after: string | null },
): Promise<readonly Row<'api_token'>[]> {
  let query = at.q
    .selectFrom('api_token')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .orderBy('token_id')
    .limit(page.limit + 1)
  if (page.after !== null) query = query.where('token_id', '>', page.after)
  return query.execute()
}

export async function markTokenRevoked(tx: OrgTx, tokenId: string, at: Date): Promise<boolean> {
  const result = await tx.q
    .updateTable('api_token')
    .set({ revoked_at: at })
    .where('org_id', '=', tx.orgId)
    .where('token_id', '=', tokenId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
