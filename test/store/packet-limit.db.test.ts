import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { forOrg, inTx } from '#src/db/database.ts'
import { useTestDatabase } from '#test/support/database.ts'

const { db } = await useTestDatabase()

const lengthOf = (text: string) => sql<{ bytes: number }>`SELECT LENGTH(${text}) AS bytes`

test('what the database does not take at once is refused, and the connection lives on', async () => {
  const { rows } = await sql<{ most: number }>`SELECT @@max_allowed_packet AS most`.execute(db)
  const most = rows[0]?.most ?? 0
  const [fits, quotes] = ['x'.repeat(most - 1_000), "'".repeat(most / 2)]

  const work = inTx(forOrg(db, 'org_1'), async (tx) => {
    const taken = await lengthOf(fits).execute(tx.q)
    // Each is two characters of a statement.
    const refused = await lengthOf(quotes)
      .execute(tx.q)
      .catch((error: unknown) => error)
    const after = await lengthOf('abc').execute(tx.q)
    return { taken: taken.rows, refused, after: after.rows }
  })

  expect(await work).toEqual({
    taken: [{ bytes: most - 1_000 }],
    refused: expect.objectContaining({ kind: 'too_large', code: 'database.too_large' }),
    after: [{ bytes: 3 }],
  })
})
