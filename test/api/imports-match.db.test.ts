import { expect, test } from 'vitest'
import type { EngineDefinition } from '#src/engine/definition.ts'
import { request } from '#test/support/app-publishing.ts'
import { placeIn, setupPromotion } from '#test/support/app-promotions.ts'
import type { TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { editDefinition } from '#test/support/engine.ts'
import { applyAll, previewImport, settleImport } from '#test/support/imports.ts'

const { db } = await useTestDatabase()

/** The workflow of `test` runs in prod as well, where nobody manages it. */
async function setup(change: (definition: EngineDefinition) => EngineDefinition = (same) => same) {
  const { app, installation } = await setupPromotion(db)
  await request(app, { environment: 'prod', operation: 'deploy', online: true })
  await app.runJobs(2)
  const { at } = await placeIn(app, installation, 'prod')
  await editDefinition(installation, at, change)
  await installation.at.q
    .deleteFrom('workflow_deployment')
    .where('org_id', '=', installation.at.orgId)
    .where('environment_id', '=', installation.environmentId)
    .execute()
  const { id, items } = await previewImport(app)
  return { app, installation, id, items }
}

const match = (app: TestApp, id: string, items: unknown = 'same_name') =>
  app.call('alice', 'POST', `/imports/${id}:match`, { body: { items } })
const itemsOf = async (app: TestApp, id: string) =>
  (await app.call('dave', 'GET', `/imports/${id}/items`)).body.items
const kindsOf = (item: { notes: readonly { kind: string }[] }) => item.notes.map(({ kind }) => kind)
const deploymentIn = async (app: TestApp, environment: string) =>
  (await app.call('dave', 'GET', `/deployments?environment=${environment}`)).body.items

test('what runs in two environments becomes one workflow, at the version that it is', async () => {
  const { app, id, items } = await setup()

  const answer = await match(app, id)
  await settleImport(app, id)
  const matched = await itemsOf(app, id)
  await applyAll(app, id)
  await settleImport(app, id)

  expect(kindsOf(items[0])).toContain('same_name')
  expect(answer).toMatchObject({ status: 202, body: { state: 'naming' } })
  expect(matched).toMatchObject([
    {
      workflow_id: 'daily_orders',
      base_version: 2,
      state: 'ready',
      notes: [{ kind: 'version', message: 'is v2 of "daily_orders" as it stands here' }],
    },
  ])
  expect(await itemsOf(app, id)).toMatchObject([{ state: 'adopted', error: null }])
  expect(await deploymentIn(app, 'prod')).toMatchObject([
    { workflow_id: 'daily_orders', version: 2 },
  ])
  const plan = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: { environment: 'prod', operation: 'deploy', online: true },
  })
  expect(plan.body).toMatchObject({ issues: [], drift_text: null, changes_text: 'no changes\n' })
})

test('what differs becomes a version of its own, and the draft stays what it is', async () => {
  const { app, id } = await setup((definition) => ({ ...definition, timeoutMin: 99 }))

  await match(app, id, [{ item_no: 1, workflow_id: 'daily_orders' }])
  await settleImport(app, id)
  const [item] = await itemsOf(app, id)
  await applyAll(app, id)
  await settleImport(app, id)

  expect(item.notes).toMatchObject([
    { kind: 'version', message: expect.stringContaining('differs from v2 of "daily_orders"') },
  ])
  const versions = await app.call('dave', 'GET', '/workflows/daily_orders/versions')
  expect(versions.body.items.map((each: { version: number }) => each.version)).toEqual([3, 2, 1])
  expect(await deploymentIn(app, 'prod')).toMatchObject([{ version: 3 }])
  expect(await deploymentIn(app, 'test')).toMatchObject([{ version: 2 }])
  const { body } = await app.call('dave', 'GET', '/workflows/daily_orders')
  expect(body.draft.settings.timeout_min).toBe(0)
})

test('a workflow that was published there meanwhile keeps its definition', async () => {
  const { app, id, installation } = await setup()
  await match(app, id)
  await settleImport(app, id)
  await installation.at.q
    .updateTable('workflow_publish_record')
    .set({ active_key: `daily_orders/${installation.environmentId}` })
    .where('org_id', '=', installation.at.orgId)
    .where('environment_id', '=', installation.environmentId)
    .execute()

  await applyAll(app, id)
  await settleImport(app, id)

  expect(await itemsOf(app, id)).toMatchObject([
    { state: 'failed', error: { code: 'workflow.publishing' } },
  ])
  expect(await deploymentIn(app, 'prod')).toEqual([])
})

test('what cannot be matched is named', async () => {
  const { app, id } = await setup()

  const answers = [
    await match(app, id, [{ item_no: 7, workflow_id: 'daily_orders' }]),
    await match(app, id, [{ item_no: 1, workflow_id: 'nobody' }]),
    await match(app, id, [
      { item_no: 1, workflow_id: 'daily_orders' },
      { item_no: 1, workflow_id: 'daily_orders' },
    ]),
  ]

  expect(answers.map(({ status, body }) => [status, body.issues[0].pointer])).toEqual([
    [422, '/items/0/item_no'],
    [422, '/items/0/workflow_id'],
    [422, '/items/1/item_no'],
  ])
})
