import type { Db, Tx } from '../db/database.ts'
import type { NewRow } from '../db/tables.ts'

/** Every organization of the installation: for jobs, which work one organization at a time. */
export async function listOrgIds(db: Db): Promise<readonly string[]> {
  const rows = await db.selectFrom('org').select('org_id').orderBy('org_id').execute()
  return rows.map((row) => row.org_id)
}

/** The organization of that name; null: none yet. */
export async function findOrgByName(db: Db, name: string): Promise<string | null> {
  const row = await db
    .selectFrom('org')
    .select('org_id')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.org_id ?? null
}

export async function insertOrg(tx: Tx, org: NewRow<'org'>): Promise<void> {
  await tx.insertInto('org').values(org).execute()
}
