import { expect, test } from 'vitest'
import { DEPLOY } from '#test/support/app-publishing.ts'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { exportOf, withValue } from '#test/support/engine-exports.ts'
import { addVersion, createInstallation, ordersDocument } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

const NAMES = ['constructor', 'toString', 'valueOf', 'hasOwnProperty']

test.each(NAMES)('a task of the type "%s" is planned as any other', async (type) => {
  const installation = await createInstallation(db)
  const app = await createTestApp(installation)
  const task = { key: 'a', type: 'engine', engine_type: type, engine_params: { x: 1 } } as const
  await addVersion(installation, ordersDocument({ tasks: [task], schedule: undefined }))

  const plan = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: DEPLOY,
  })

  expect(plan).toMatchObject({ status: 200, body: { issues: [] } })
})

test.each(NAMES)('an export with a task of the type "%s" is read', async (type) => {
  const app = await createTestApp(await createInstallation(db))
  const file = withValue(exportOf('3.4'), [0, 'taskDefinitionList', 0, 'taskType'], type)

  const reply = await app.call('alice', 'POST', '/workflows:import-engine-export?dry_run=true', {
    body: { file, family: '3.4' },
  })

  expect(reply.status).toBe(200)
})
