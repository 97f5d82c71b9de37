import type { OrgReader, OrgTx } from '../db/database.ts'
import { isDuplicate } from '../db/mysql-errors.ts'
import type { NewRow, Row } from '../db/tables.ts'

export async function listApprovals(
  at: OrgReader,
  publicationId: string,
): Promise<readonly Row<'workflow_approval'>[]> {
  return at.q
    .selectFrom('workflow_approval')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('publication_id', '=', publicationId)
    .orderBy('decided_at')
    .orderBy('approval_id')
    .execute()
}

/** False: this member has decided already. */
export async function insertApproval(
  tx: OrgTx,
  approval: Omit<NewRow<'workflow_approval'>, 'org_id'>,
): Promise<boolean> {
  try {
    await tx.q
      .insertInto('workflow_approval')
      .values({ ...approval, org_id: tx.orgId })
      .execute()
    return true
  } catch (error) {
    if (isDuplicate(error, 'workflow_approval_member')) return false
    throw error
  }
}
