import { engineOf } from '#test/support/engine.ts'
import { expect, test, vi } from 'vitest'
import { DEPLOY, request, stateOf } from '#test/support/app-publishing.ts'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, createInstallation, ordersDocument } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

async function setup(env: Readonly<Record<string, string>> = {}) {
  const installation = await createInstallation(db, { approvals: 0 })
  const app = await createTestApp(installation, env)
  await addVersion(installation, ordersDocument())
  const { body } = await app.call('erin', 'GET', '/clusters')
  return { installation, app, cluster: body.items[0] }
}

test('an engine that is silent is left alone, and the answer says so', async () => {
  const { app, installation, cluster } = await setup({
    ENGINE_SILENT_CALLS: '4',
    ENGINE_PAUSE_MS: '600000',
  })
  installation.simulator.control.setDown(true)
  for (let n = 0; n < 3; n++)
    await app.call('erin', 'POST', `/clusters/${cluster.cluster_id}:probe`)
  installation.simulator.control.setDown(false)
  installation.simulator.calls.reset()

  const reply = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: DEPLOY,
  })

  expect(reply).toMatchObject({
    status: 503,
    body: {
      code: 'engine.no_answer',
      reason: 'CIRCUIT_OPEN',
      sent: false,
      detail: expect.stringContaining('left alone'),
    },
  })
  expect(installation.simulator.calls.total).toBe(0)
})

test('a publication waits until an engine that was left alone is back, and then is one definition', async () => {
  const { app, installation } = await setup({ ENGINE_SILENT_CALLS: '2', ENGINE_PAUSE_MS: '20' })
  const { body } = await request(app)
  installation.simulator.control.setDown(true)
  for (let n = 0; n < 5; n++) await app.runJobs(1)
  installation.simulator.control.setDown(false)

  await vi.waitFor(
    async () => {
      installation.clock.advance(60_000)
      await app.runJobs(1)
      expect(await stateOf(app, body.publication_id)).toBe('succeeded')
    },
    { timeout: 20_000, interval: 20 },
  )

  const engine = engineOf(installation)
  const options = { signal: AbortSignal.timeout(30_000) }
  expect(await engine.listDefinitions(installation.projectCode, options)).toHaveLength(1)
})

test('the call budget of a cluster is shown, changed and bounded', async () => {
  const { app, cluster: made } = await setup()
  const path = `/clusters/${made.cluster_id}`

  const changed = await app.call('erin', 'PATCH', path, {
    body: { max_calls_per_second: 7, max_concurrent_calls: 2 },
  })
  const wrong = await app.call('erin', 'PATCH', path, {
    body: { max_calls_per_second: 0, max_concurrent_calls: 33 },
  })

  expect(changed).toMatchObject({
    status: 200,
    body: { max_calls_per_second: 7, max_concurrent_calls: 2 },
  })
  expect(wrong).toMatchObject({
    status: 422,
    body: {
      issues: [{ pointer: '/max_calls_per_second' }, { pointer: '/max_concurrent_calls' }],
    },
  })
  expect((await app.call('dave', 'GET', path)).body).toMatchObject({ max_calls_per_second: 7 })
  const fresh = await app.call('erin', 'POST', '/clusters', {
    body: { name: 'second', base_url: 'http://second/dolphinscheduler', token: 'hush-1' },
  })
  expect(fresh.body).toMatchObject({ max_calls_per_second: 100, max_concurrent_calls: 16 })
})

test('what is asked of a cluster keeps to its budget', async () => {
  const { app, installation, cluster: made } = await setup()
  await app.call('erin', 'PATCH', `/clusters/${made.cluster_id}`, {
    body: { max_calls_per_second: 1 },
  })
  installation.simulator.calls.reset()

  // A plan needs more calls than one; the second one's turn comes after its deadline of 500 ms.
  const reply = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: DEPLOY,
  })

  expect(reply).toMatchObject({ status: 503, body: { reason: 'call_budget', sent: false } })
  expect(installation.simulator.calls.total).toBe(1)
})
