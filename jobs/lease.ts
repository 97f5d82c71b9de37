import { sql } from 'kysely'
import type { Db } from '#src/db/database.ts'

/**
 * Takes or renews a named lease by the database's clock. A lease is only a hint against doing
 * work twice at once; every job also stays correct when two replicas run it.
 */
export async function takeLease(
  db: Db,
  name: string,
  lease: { readonly owner: string; readonly ms: number },
): Promise<boolean> {
  const until = sql<Date>`UTC_TIMESTAMP(3) + INTERVAL ${lease.ms * 1000} MICROSECOND`
  await db
    .insertInto('job_lease')
    .values({ name, owner: lease.owner, lease_until: until })
    .onDuplicateKeyUpdate({
      owner: sql`IF(lease_until < UTC_TIMESTAMP(3), VALUES(owner), owner)`,
      lease_until: sql`IF(owner = ${lease.owner}, VALUES(lease_until), lease_until)`,
    })
    .execute()
  const row = await db
    .selectFrom('job_lease')
    .select('owner')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.owner === lease.owner
}

export async function releaseLease(db: Db, name: string, owner: string): Promise<void> {
  await db.deleteFrom('job_lease').where('name', '=', name).where('owner', '=', owner).execute()
}
