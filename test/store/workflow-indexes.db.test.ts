import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { useTestDatabase } from '#test/support/database.ts'

const { db } = await useTestDatabase()

test.each([
  ['alert', 'alert_workflow', 'alert_id'],
  ['inspection_finding', 'inspection_finding_workflow', 'finding_id'],
])('%s of one workflow are paged by a key of their own', async (table, key, id) => {
  const { rows } = await sql<{ name: string }>`
    SELECT column_name AS name FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = ${table} AND index_name = ${key}
    ORDER BY seq_in_index
  `.execute(db)

  expect(rows.map(({ name }) => name)).toEqual(['org_id', 'workflow_id', id])
})
