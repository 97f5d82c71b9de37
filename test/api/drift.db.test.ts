import { describe, expect, test } from 'vitest'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { changeOnEngine, DEPLOY, request, stateOf } from '#test/support/app-publishing.ts'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, createInstallation, ordersDocument } from '#test/support/installation.ts'
import { deploymentOf, lookForDrift } from '#test/support/drift.ts'
import { engineOf } from '#test/support/engine.ts'
import { deployedCode, withEngine } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

const options = () => ({ signal: AbortSignal.timeout(5_000) })

async function setup(family: EngineFamily = '3.1') {
  const installation = await createInstallation(db, { approvals: 0, family })
  const app = await createTestApp(installation)
  await addVersion(installation, ordersDocument({ owner: 'alice', tags: ['orders'] }))
  await request(app)
  await app.runJobs(2)
  const at = { projectCode: installation.projectCode, code: await deployedCode(installation) }
  return { installation, app, at, engine: engineOf(installation) }
}

describe.each(['3.1', '3.2', '3.3', '3.4'] as const)('DolphinScheduler %s', (family) => {
  test('what was published is in sync, and a look at it costs two calls', async () => {
    const { installation, app } = await setup(family)
    await lookForDrift(installation)
    installation.simulator.calls.reset()

    await lookForDrift(installation)

    expect(await deploymentOf(app)).toMatchObject({ drift_state: 'in_sync', drift: null })
    expect(installation.simulator.calls.total).toBe(2)
  })

  test('an edit shows its fields and who made it; runs and schedules that fire do not', async () => {
    const { installation, app } = await setup(family)
    installation.simulator.control.startInstance(await deployedCode(installation))
    await lookForDrift(installation)
    const quiet = await deploymentOf(app)
    await changeOnEngine(installation)

    await lookForDrift(installation)

    expect(quiet.drift_state).toBe('in_sync')
    expect(await deploymentOf(app)).toMatchObject({
      drift_state: 'drifted',
      drift: {
        parts: expect.arrayContaining(['definition']),
        text: expect.stringContaining('~'),
        modified_by: 'admin',
      },
    })
  })
})

test('who took it offline nobody tells: whoever saved it last did not do it', async () => {
  const { installation, app, at, engine } = await setup()
  await engine.setDefinitionOffline(at, options())

  await lookForDrift(installation)

  expect(await deploymentOf(app)).toMatchObject({
    drift: { parts: ['online', 'schedule_online'], modified_by: null, modified_at: null },
  })
})

test('what vanished is missing, what nobody manages is listed, and silence leaves what is known', async () => {
  const { installation, app, at, engine } = await setup()
  await lookForDrift(installation)
  await engine.setDefinitionOffline(at, options())
  await engine.deleteDefinition(at, options())
  await lookForDrift(installation)
  const gone = await deploymentOf(app)
  installation.simulator.control.setDown(true)
  await lookForDrift(installation)

  const watch = (await app.call('dave', 'GET', '/environments/prod/drift')).body

  expect(gone.drift_state).toBe('missing')
  expect((await deploymentOf(app)).drift_state).toBe('missing')
  expect(watch).toMatchObject({ is_reachable: false, unmanaged_count: 0 })
  const found = await app.call('dave', 'GET', '/deployments?drift=missing')
  expect(found.body.items).toHaveLength(1)
  expect((await app.call('dave', 'GET', '/deployments?drift=drifted')).body.items).toEqual([])
})

test('a schedule that was taken down or changed is drift', async () => {
  const { installation, app, at, engine } = await setup()
  const [schedule] = await engine.findSchedules(at, options())
  await engine.setScheduleOffline(
    { projectCode: at.projectCode, definitionCode: at.code, scheduleId: schedule?.id ?? 0 },
    options(),
  )

  await lookForDrift(installation)

  expect(await deploymentOf(app)).toMatchObject({
    drift_state: 'drifted',
    drift: { parts: ['schedule_online'], text: '~ the schedule is offline now\n' },
  })
})

test('drift is adopted as a version that is published through the same policy', async () => {
  const { installation, app } = await setup()
  await changeOnEngine(installation)
  await lookForDrift(installation)
  const { deployment_id: id } = await deploymentOf(app)

  const adopted = await app.call('alice', 'POST', `/deployments/${id}:adopt`)
  const again = await app.call('alice', 'POST', `/deployments/${id}:adopt`)
  const published = await request(app)
  await app.runJobs(2)
  await lookForDrift(installation)

  expect(adopted).toMatchObject({ status: 201, body: { workflow_id: 'daily_orders', version: 2 } })
  expect(again).toMatchObject({ status: 409, body: { code: 'version.unchanged' } })
  const { definition } = (await app.call('dave', 'GET', '/workflows/daily_orders/versions/2')).body
  expect(definition).toMatchObject({ owner: 'alice', tags: ['orders'] })
  expect(await stateOf(app, published.body.publication_id)).toBe('succeeded')
  expect((await deploymentOf(app)).drift_state).toBe('in_sync')
})

test('drift is taken back by a publication of what was published', async () => {
  const { installation, app, at, engine } = await setup()
  const before = (await engine.findDefinition(at, options()))?.definition
  await changeOnEngine(installation)
  await lookForDrift(installation)
  const { deployment_id: id } = await deploymentOf(app)

  const restored = await app.call('alice', 'POST', `/deployments/${id}:restore`)
  await app.runJobs(2)

  expect(restored).toMatchObject({
    status: 202,
    body: { operation: 'deploy', environment: 'prod', note: 'restores what was published' },
  })
  expect(await stateOf(app, restored.body.publication_id)).toBe('succeeded')
  const live = await engine.findDefinition(at, options())
  expect(live?.definition).toEqual(before)
  expect(live?.isOnline).toBe(true)
  expect((await deploymentOf(app)).drift_state).toBe('in_sync')
})

test('a publication that is under way is no drift', async () => {
  const { installation, app, at, engine } = await setup()
  await lookForDrift(installation)
  await addVersion(installation, ordersDocument({ description: 'new' }))
  const { body } = await request(app, DEPLOY)
  const save = { path: /definition\/\d+$/, method: 'PUT' }
  installation.simulator.control.failNext({ ...save, kind: 'status500', times: 3 })
  await app.runJobs(1)

  await lookForDrift(installation)

  expect(await stateOf(app, body.publication_id)).toBe('applying')
  // What it did already would be drift if it were not under way.
  expect((await engine.findDefinition(at, options()))?.isOnline).toBe(false)
  expect((await deploymentOf(app)).drift_state).toBe('in_sync')
})

test('a publication that ends during a look is not judged by what was seen before', async () => {
  const { installation, app } = await setup()
  await lookForDrift(installation)
  await changeOnEngine(installation)
  const factory = withEngine(installation, (engine) => ({
    findDefinition: async (...args) => {
      const seen = await engine.findDefinition(...args)
      await request(app)
      await app.runJobs(2)
      return seen
    },
  }))

  await lookForDrift({ ...installation, deps: { ...installation.deps, factory } })

  expect(await deploymentOf(app)).toMatchObject({ drift_state: 'in_sync', drift: null })
})
