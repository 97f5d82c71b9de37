import { sql } from 'kysely'
import type { Reader } from './database.ts'

/** The database's clock: the only one that replicas share, so leases are measured by it. */
export async function databaseNow(q: Reader): Promise<Date> {
  const { now } = await q
    .selectNoFrom(sql<Date>`UTC_TIMESTAMP(3)`.as('now'))
    .executeTakeFirstOrThrow()
  return now
}
