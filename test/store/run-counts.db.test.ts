import { beforeAll, expect, test } from 'vitest'
import { countSuccesses } from '#src/runs/count-successes.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { fillLists, idOf } from '#test/support/fill-lists.ts'
import { createInstallation, type Installation } from '#test/support/installation.ts'
import { countRowsRead } from '#test/support/rows-read.ts'

const { db } = await useTestDatabase()
let installation: Installation
beforeAll(async () => {
  installation = await createInstallation(db)
  await fillLists(installation, { workflows: 2, tasksEach: 1, runs: 6_000 })
  await db
    .updateTable('workflow_instance_cache')
    .set({ version: 2, state: 'failure' })
    .where('org_id', '=', installation.at.orgId)
    .where('run_id', 'like', '%4')
    .execute()
})

test.each([
  ['a version that mostly succeeds', 1, 3],
  ['a version that only fails', 2, 0],
  ['a version that never ran', 3, 0],
])('successes are read up to the number that is wanted: %s', async (_, version, found) => {
  const place = { workflowId: idOf(0), environmentId: installation.environmentId, version }
  let count = -1

  const rows = await countRowsRead(installation.at, async (at) => {
    count = await countSuccesses(at, place, 3)
  })

  expect(count).toBe(found)
  expect(rows).toBeLessThan(20)
})
