import type { Db } from '../db/database.ts'

/** Every organization of the installation: for jobs, which work one organization at a time. */
export async function listOrgIds(db: Db): Promise<readonly string[]> {
  const rows = await db.selectFrom('org').select('org_id').orderBy('org_id').execute()
  return rows.map((row) => row.org_id)
}
