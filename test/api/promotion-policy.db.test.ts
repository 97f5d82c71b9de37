import { expect, test } from 'vitest'
import { BODY, placeIn, promote, setPolicy, setupPromotion } from '#test/support/app-promotions.ts'
import { request } from '#test/support/app-publishing.ts'
import type { TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { editDefinition } from '#test/support/engine.ts'
import { addVersion, ordersDocument, type Installation } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

const HOUR_MS = 3_600_000
const TEST = { environment: 'test', operation: 'deploy', online: true }

/** Wants two hours in the stage below. */
async function setup() {
  const { app, installation } = await setupPromotion(db)
  await setPolicy(app, { soak_hours: 2 })
  return { app, installation }
}

async function addStage(app: TestApp, installation: Installation, name: string): Promise<void> {
  const clusters = await app.call('erin', 'GET', '/clusters')
  const { status } = await app.call('erin', 'POST', '/environments', {
    body: {
      name,
      cluster_id: clusters.body.items[0].cluster_id,
      project_name: `slipway-${name}`,
      create_project: true,
      stage_rank: 10,
      defaults: { tenant: installation.simulator.tenant },
      policy: { approvals_required: 0 },
    },
  })
  expect(status).toBe(201)
}

const messages = async (app: TestApp, from = 'test'): Promise<readonly string[]> => {
  const { body } = await promote(app, { ...BODY, from })
  return (body.issues ?? []).map((issue: { message: string }) => issue.message)
}
const wanted = (is: string) => [
  `v2 has to be online in test for 2 hours, as it was published; ${is}; that is the policy of prod`,
]

test('of two environments of one rank one is enough', async () => {
  const { app, installation } = await setup()
  await addStage(app, installation, 'second')
  await addVersion(installation, ordersDocument({ description: 'runs in the second' }))
  await request(app, { ...TEST, environment: 'second' })
  await app.runJobs(2)
  const early = await messages(app, 'second')
  installation.clock.advance(3 * HOUR_MS)

  const late = await promote(app, { ...BODY, from: 'second' })

  const choice = 'that is the policy of prod; one of test, second is enough'
  expect(early).toEqual([
    `v3 has to run in test first; ${choice}`,
    `v3 has to be online in second for 2 hours, as it was published; it is for 0; ${choice}`,
  ])
  expect(late.status).toBe(202)
})

test('time counts while it is online', async () => {
  const { app, installation } = await setup()
  await request(app, { environment: 'test', operation: 'offline' })
  await app.runJobs(2)
  installation.clock.advance(3 * HOUR_MS)
  const offline = await messages(app)
  await request(app, { environment: 'test', operation: 'online' })
  await app.runJobs(2)
  installation.clock.advance(1.5 * HOUR_MS)
  const again = await messages(app)
  installation.clock.advance(HOUR_MS)

  expect(offline).toEqual(wanted('it is not'))
  expect(again).toEqual(wanted('it is for 1'))
  expect(await messages(app)).toEqual([])
})

test('time of another version does not count', async () => {
  const { app, installation } = await setup()
  installation.clock.advance(3 * HOUR_MS)
  await addVersion(installation, ordersDocument({ owner: 'bob' }))
  await request(app, TEST)
  await app.runJobs(2)

  expect(await messages(app)).toEqual([expect.stringContaining('it is for 0')])
})

test('looks at the engine neither shorten nor lengthen it', async () => {
  const { app, installation } = await setup()
  for (let hours = 0; hours < 30; hours += 10) {
    installation.clock.advance(10 * HOUR_MS)
    await app.runJobs(1)
  }
  expect(await messages(app)).toEqual([])
})

test('time does not count while somebody has edited or stopped it on the engine', async () => {
  const { app, installation } = await setup()
  const { engine, at, options } = await placeIn(app, installation, 'test')
  installation.clock.advance(3 * HOUR_MS)
  await editDefinition(installation, at, (definition) => ({ ...definition, timeoutMin: 99 }))
  await app.runJobs(1)
  const edited = await messagesOfPlan(app)
  await editDefinition(installation, at, (definition) => ({ ...definition, timeoutMin: 0 }))
  await engine.setDefinitionOffline(at, options)
  await app.runJobs(1)
  const stopped = await messagesOfPlan(app)
  await request(app, { environment: 'test', operation: 'online' })
  await app.runJobs(2)

  const back = await messagesOfPlan(app)

  expect([edited, stopped]).toEqual([wanted('it is not'), wanted('it is not')])
  expect(back).toEqual(wanted('it is for 0'))
})

/** What is edited is promoted by no promotion; a plain publication asks the policy as well. */
async function messagesOfPlan(app: TestApp): Promise<readonly string[]> {
  const { body } = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: { environment: BODY.to, operation: 'deploy', online: true },
  })
  return body.issues.map((issue: { message: string }) => issue.message)
}

test('a deploy that was taken back starts it anew', async () => {
  const { app, installation } = await setup()
  installation.clock.advance(3 * HOUR_MS)
  await addVersion(installation, ordersDocument({ description: 'refused' }))
  installation.simulator.control.failNext({ path: /\/\d+$/, method: 'PUT', kind: 'forbidden' })
  const { body } = await request(app, TEST)
  await app.runJobs(2)

  const { state } = (await app.call('dave', 'GET', `/publications/${body.publication_id}`)).body
  expect(state).toBe('compensated')
  expect(await messages(app)).toEqual(wanted('it is for 0'))
})
