import { expect, test } from 'vitest'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { DEPLOY, request, stateOf } from '#test/support/app-publishing.ts'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, createInstallation, ordersDocument } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

const WITH_LEVELS = ['3.2', '3.3', '3.4'] as const

/** Deployed as a general user with write grant, and changed since. */
async function setup(family: EngineFamily = '3.4') {
  const installation = await createInstallation(db, { family })
  const app = await createTestApp(installation)
  const { control, calls } = installation.simulator
  const clusters = await app.call('erin', 'GET', '/clusters')
  const path = `/clusters/${clusters.body.items[0].cluster_id}`
  const token = control.addUser('svc')
  await app.call('erin', 'PATCH', path, { body: { token } })
  control.grantProject('svc', installation.projectCode)
  await addVersion(installation, ordersDocument())
  const { body } = await request(app)
  await app.runJobs(3)
  await addVersion(installation, ordersDocument({ description: 'changed' }))
  return { app, control, calls, projectCode: installation.projectCode, first: body }
}

const plan = (app: TestApp, change: object = {}) =>
  app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: { ...DEPLOY, ...change },
  })

test.each(WITH_LEVELS)('%s: a deploy that may not be saved stops nothing', async (family) => {
  const { app, control, calls, projectCode, first } = await setup(family)
  control.grantProject('svc', projectCode, 'read')
  calls.reset()

  const planned = await plan(app)
  const requested = await request(app)
  await app.runJobs(3)

  expect(await stateOf(app, first.publication_id)).toBe('succeeded')
  expect(planned.body.issues).toEqual([
    {
      pointer: '',
      code: 'plan.no_write_right',
      message: expect.stringMatching(
        /may read the engine's project "slipway-prod" but not change it; to grant it: .*Grant All/,
      ),
    },
  ])
  expect(requested).toMatchObject({ status: 422, body: { code: 'publication.plan_refused' } })
  expect(Object.keys(calls.entries()).filter((call) => call.endsWith('/release'))).toEqual([])
})

test.each(WITH_LEVELS)('%s: what a reader may do is not held up', async (family) => {
  const { app, control, projectCode } = await setup(family)
  control.grantProject('svc', projectCode, 'read')

  const planned = await plan(app, { operation: 'offline', online: undefined })

  expect(planned).toMatchObject({ status: 200, body: { issues: [] } })
})

test('on 3.1 a grant is enough, and without one the engine’s refusal is the answer', async () => {
  const { app, control, projectCode } = await setup('3.1')

  const granted = await plan(app)
  control.revokeProject('svc', projectCode)
  const revoked = await plan(app)

  expect(granted).toMatchObject({ status: 200, body: { issues: [] } })
  expect(revoked).toMatchObject({ status: 502, body: { code: 'engine.forbidden' } })
})

test('a grant that is taken away after the request stops it before its first step', async () => {
  const { app, control, calls, projectCode } = await setup()
  const { body } = await request(app)
  control.grantProject('svc', projectCode, 'read')
  calls.reset()

  await app.runJobs(3)

  const publication = await app.call('dave', 'GET', `/publications/${body.publication_id}`)
  expect(publication.body).toMatchObject({
    state: 'stale',
    failure: { message: expect.stringContaining('but not change it') },
  })
  expect(Object.keys(calls.entries()).filter((call) => call.endsWith('/release'))).toEqual([])
})

test.each(['forbidden', 'hang'] as const)(
  'a level that is not told (%s) is a warning and no obstacle',
  async (kind) => {
    const { app, control } = await setup()
    control.failNext({ kind, path: /authorized-level/, times: 9 })

    const planned = await plan(app)

    expect(planned.body).toMatchObject({
      issues: [],
      warnings: expect.arrayContaining([
        'the engine does not tell whether its project "slipway-prod" may be changed',
      ]),
    })
  },
)
