import { sql } from 'kysely'
import type { OrgDb } from '#src/db/database.ts'

/** How many rows the server looked at. */
export async function countRowsRead(
  at: OrgDb,
  work: (at: OrgDb) => Promise<unknown>,
): Promise<number> {
  return at.q.connection().execute(async (q) => {
    const read = async (): Promise<number> => {
      const { rows } = await sql<{ Value: string }>`
        SHOW SESSION STATUS WHERE Variable_name LIKE 'Handler_read%'
      `.execute(q)
      return rows.reduce((sum, row) => sum + Number(row.Value), 0)
    }
    // MySQL counts the reading of its own counters.
    const first = await read()
    const before = await read()
    await work({ orgId: at.orgId, q })
    return (await read()) - before - (before - first)
  })
}
