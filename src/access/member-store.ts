import type { OrgReader, OrgTx } from '../db/database.ts'
import { nameTaken } from '../db/mysql-errors.ts'
import type { NewRow, Row, RowPatch } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'

export async function getMember(at: OrgReader, memberId: string): Promise<Row<'org_member'>> {
  const row = await at.q
    .selectFrom('org_member')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('member_id', '=', memberId)
    .executeTakeFirst()
  if (!row) throw new AppError('not_found', 'member.not_found', `no member "${memberId}"`)
  return row
}

export async function listMembers(
  at: OrgReader,
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly Row<'org_member'>[]> {
  let query = at.q
    .selectFrom('org_member')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .orderBy('member_id')
    .limit(page.limit + 1)
  if (page.after !== null) query = query.where('member_id', '>', page.after)
  return query.execute()
}

/** Those of the names that are an active member's. */
export async function namesOfMembers(
  at: OrgReader,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set()
  const rows = await at.q
    .selectFrom('org_member')
    .select('name')
    .where('org_id', '=', at.orgId)
    .where('name', 'in', names)
    .where('is_active', '=', 1)
    .execute()
  return new Set(rows.map((row) => row.name))
}

/** All members, locked: "who is the last admin" is decided by one writer at a time. */
export async function lockMembers(tx: OrgTx): Promise<readonly Row<'org_member'>[]> {
  return tx.q
    .selectFrom('org_member')
    .selectAll()
    .where('org_id', '=', tx.orgId)
    .orderBy('member_id')
    .forUpdate()
    .execute()
}

export async function insertMember(
  tx: OrgTx,
  member: Omit<NewRow<'org_member'>, 'org_id'>,
): Promise<void> {
  const { name } = member
  await tx.q
    .insertInto('org_member')
    .values({ ...member, org_id: tx.orgId })
    .execute()
    .catch(nameTaken('org_member_name', { code: 'member.exists', what: 'a member', name }))
}

export async function updateMember(
  tx: OrgTx,
  memberId: string,
  change: RowPatch<'org_member'>,
): Promise<void> {
  await tx.q
    .updateTable('org_member')
    .set(change)
    .where('org_id', '=', tx.orgId)
    .where('member_id', '=', memberId)
    .execute()
}
