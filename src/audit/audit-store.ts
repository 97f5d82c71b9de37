import type { OrgTx } from '../db/database.ts'
import type { NewRow } from '../db/tables.ts'

export async function insertAuditEvent(
  tx: OrgTx,
  event: Omit<NewRow<'audit_event'>, 'org_id'>,
): Promise<void> {
  await tx.q
    .insertInto('audit_event')
    .values({ ...event, org_id: tx.orgId })
    .execute()
}
