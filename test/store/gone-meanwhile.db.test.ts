import { expect, test } from 'vitest'
import { inTx } from '#src/db/database.ts'
import { translateDatabaseError } from '#src/db/mysql-errors.ts'
import { insertImport } from '#src/imports/import-store.ts'
import { newId } from '#src/lib/ids.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { createInstallation } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

test('an environment that was deleted since it was looked up is not found', async () => {
  const { at, clock } = await createInstallation(db)
  const gone = newId('env')

  const work = inTx(at, (tx) =>
    insertImport(tx, {
      import_id: newId('imp'),
      environment_id: gone,
      state: 'listing',
      active_key: gone,
      requested_by: 'mem_1',
      requested_by_name: 'one',
      next_attempt_at: clock.now(),
      created_at: clock.now(),
      updated_at: clock.now(),
    }),
  )

  const error = await work.catch(translateDatabaseError)
  expect(error).toMatchObject({ kind: 'not_found', code: 'environment.not_found' })
})
