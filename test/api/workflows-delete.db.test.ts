import { expect, test } from 'vitest'
import { DEPLOY, request, setupPublishing } from '#test/support/app-publishing.ts'
import { useTestDatabase } from '#test/support/database.ts'

const { db } = await useTestDatabase()

test('what is on its way into an environment cannot be deleted until that has ended', async () => {
  const { app } = await setupPublishing(db)
  const { body } = await request(app)

  const refused = await app.call('alice', 'DELETE', '/workflows/daily_orders')
  await app.call('alice', 'POST', `/publications/${body.publication_id}:cancel`)
  const deleted = await app.call('alice', 'DELETE', '/workflows/daily_orders')

  expect(refused).toMatchObject({
    status: 409,
    body: { code: 'workflow.publishing', publication_id: body.publication_id },
  })
  expect(deleted.status).toBe(204)
})

test.each(Array.from({ length: 8 }, (_, round) => round))(
  'of a publication and a delete at the same time one is refused (round %i)',
  async () => {
    const { app } = await setupPublishing(db)
    const path = '/workflows/daily_orders'
    const plan = await app.call('alice', 'POST', `${path}/publications:plan`, { body: DEPLOY })
    const body = { ...DEPLOY, plan_digest: plan.body.plan_digest }

    const [requested, deleted] = await Promise.all([
      app.call('alice', 'POST', `${path}/publications`, { body }),
      app.call('alice', 'DELETE', path),
    ])

    expect([
      [202, 409],
      [404, 204],
    ]).toContainEqual([requested.status, deleted.status])
  },
)
