import { expect, test } from 'vitest'
import { inTx } from '#src/db/database.ts'
import type { WorkflowDocumentInput } from '#src/definition/document.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { proposeVersion } from '#src/workflows/propose-version.ts'
import { DEPLOY, request, stateOf } from '#test/support/app-publishing.ts'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, createInstallation, ordersDocument } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

const shell = { type: 'shell' as const, script: 'true' }
const SAME_NAMES: Partial<WorkflowDocumentInput> = {
  tasks: [
    { key: 'a', name: 'same', ...shell },
    { key: 'b', ...shell },
    { key: 'c', name: 'same', ...shell },
  ],
}
const NO_NAME: Partial<WorkflowDocumentInput> = {
  start: { params: { properties: { '': { type: 'string', default: 'x' } } } },
}

/** Online, with a version that only what ran elsewhere can make: nobody may write it. */
async function withVersion(family: EngineFamily, change: Partial<WorkflowDocumentInput>) {
  const installation = await createInstallation(db, { approvals: 0, family })
  const app = await createTestApp(installation)
  await addVersion(installation, ordersDocument())
  await request(app)
  await app.runJobs(3)
  await inTx(installation.at, (tx) =>
    proposeVersion(tx, installation.as('alice'), {
      workflowId: 'daily_orders',
      document: ordersDocument(change),
      overwritesDraft: true,
      note: '',
      at: new Date(),
    }),
  )
  installation.simulator.calls.reset()
  return { installation, app }
}

const plan = (app: TestApp) =>
  app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', { body: DEPLOY })

test.each([
  [
    'two tasks of one name',
    SAME_NAMES,
    ['/tasks/0/name', '/tasks/2/name'],
    'another task is named "same"',
  ],
  ['a parameter without a name', NO_NAME, ['/start/params/properties/'], 'without a name'],
])('%s: 3.4 is not even asked', async (_what, change, pointers, message) => {
  const { installation, app } = await withVersion('3.4', change)

  const planned = await plan(app)
  const requested = await request(app)
  await app.runJobs(2)

  expect(planned.body.issues).toEqual(
    pointers.map((pointer) => ({
      pointer,
      code: 'plan.refused_save',
      message: expect.stringContaining(message),
    })),
  )
  expect(requested).toMatchObject({ status: 422, body: { code: 'publication.plan_refused' } })
  const calls = Object.keys(installation.simulator.calls.entries())
  expect(calls.filter((call) => /^PUT|\/release$/.test(call))).toEqual([])
})

test.each([
  ['two tasks of one name', SAME_NAMES],
  ['a parameter without a name', NO_NAME],
])('%s: 3.3 takes it', async (_what, change) => {
  const { app } = await withVersion('3.3', change)

  const planned = await plan(app)
  const { body } = await request(app)
  await app.runJobs(3)

  expect(planned.body.issues).toEqual([])
  expect(await stateOf(app, body.publication_id)).toBe('succeeded')
})
