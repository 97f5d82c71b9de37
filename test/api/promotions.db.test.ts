import { expect, test } from 'vitest'
import { BODY, placeIn, promote, setPolicy, setupPromotion } from '#test/support/app-promotions.ts'
import { request, stateOf } from '#test/support/app-publishing.ts'
import { runToEnd, start } from '#test/support/app-runs.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, ordersDocument } from '#test/support/installation.ts'
import { editDefinition } from '#test/support/engine.ts'
import { must } from '#src/lib/must.ts'

const { db } = await useTestDatabase()
const setup = () => setupPromotion(db)

test('what runs in one environment is published to the next, with the proof that it is the same', async () => {
  const { app } = await setup()

  const promoted = await promote(app)
  await app.runJobs(2)

  expect(promoted).toMatchObject({
    status: 202,
    body: {
      publication_id: promoted.body.publication.publication_id,
      publication: { environment: 'prod', operation: 'deploy', version: 2 },
      proof: {
        version: 2,
        version_digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        engine_part_digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    },
  })
  expect(await stateOf(app, promoted.body.publication_id)).toBe('succeeded')
  for (const name of ['test', 'prod']) {
    const diff = await app.call(
      'dave',
      'GET',
      `/workflows/daily_orders/diff?from=v2&to=live:${name}&fresh=true`,
    )
    expect(diff.body.text).toBe('no changes\n')
  }
})

test('what is deployed nowhere is not promoted', async () => {
  const { app } = await setup()

  const reply = await promote(app, { ...BODY, from: 'prod', to: 'test' })

  expect(reply).toMatchObject({ status: 404, body: { code: 'deployment.not_found' } })
})

test('a policy can want runs that went well, and time, in the stage below', async () => {
  const { app, installation } = await setup()
  await setPolicy(app, { successful_runs: 1, soak_hours: 2 })
  const early = await promote(app)
  const run = await start(app, { environment: 'test' })
  await runToEnd(app, installation, run.body.run_id)
  const soaking = await promote(app)
  installation.clock.advance(3 * 3_600_000)

  const late = await promote(app)

  expect(early.body.issues).toMatchObject([
    { code: 'plan.promotion_required', message: expect.stringContaining('2 hours') },
    { code: 'plan.promotion_required', message: expect.stringContaining('1 successful runs') },
  ])
  expect(soaking.body.issues).toHaveLength(1)
  expect(late.status).toBe(202)
})

test('a version that runs nowhere below cannot come past the policy', async () => {
  const { app, installation } = await setup()
  await setPolicy(app, {})
  await addVersion(installation, ordersDocument({ description: 'straight to prod' }))

  const plan = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: { environment: 'prod', operation: 'deploy' },
  })

  expect(plan.body.issues).toMatchObject([
    { code: 'plan.promotion_required', message: expect.stringContaining('v3 has to run in test') },
  ])
})

test('a repeat of one request answers what the first did, also once it is through', async () => {
  const { app } = await setup()
  const key = { 'idempotency-key': 'once' }
  const first = await promote(app, BODY, key)
  await app.runJobs(2)

  const again = await promote(app, BODY, key)
  const other = await promote(app, { ...BODY, note: 'another' }, key)

  const { publication, proof } = first.body
  expect(again).toMatchObject({
    status: 202,
    body: { publication: { publication_id: publication.publication_id }, proof },
  })
  expect(other).toMatchObject({ status: 409, body: { code: 'idempotency.key_reused' } })
})

test('what was edited where it runs is not promoted as if it ran there', async () => {
  const { app, installation } = await setup()
  const { at } = await placeIn(app, installation, 'test')
  await editDefinition(installation, at, (definition) => ({ ...definition, timeoutMin: 99 }))

  expect(await promote(app)).toMatchObject({
    status: 409,
    body: {
      code: 'promotion.differs',
      detail: expect.stringMatching(/test would not hold.*; adopt or restore .* in test first$/),
    },
  })
})

test.each([
  ['its cron', { cron: '0 0 4 * * ? *' }],
  ['its worker group, which no document says of it', { workerGroup: 'other' }],
])('a schedule that was edited where it runs is told: %s', async (_, change) => {
  const { app, installation } = await setup()
  const { engine, at, options } = await placeIn(app, installation, 'test')
  const [found] = await engine.findSchedules(at, options)
  const schedule = must(found, 'a schedule')
  const ref = { ...at, scheduleId: schedule.id, definitionCode: at.code }
  await engine.setScheduleOffline(ref, options)
  const offline = await promote(app)
  await engine.updateSchedule(ref, { ...schedule.schedule, ...change }, options)

  const reply = await promote(app)

  expect(offline.status).toBe(202)
  expect(reply).toMatchObject({
    status: 409,
    body: {
      code: 'promotion.differs',
      detail: expect.stringMatching(/test would not hold what v2 says of the schedule; adopt/),
    },
  })
})

test('a schedule that somebody deleted is told, one that is not written yet is none', async () => {
  const { app, installation } = await setup()
  const { engine, at, options } = await placeIn(app, installation, 'test')
  const [found] = await engine.findSchedules(at, options)
  const ref = { ...at, scheduleId: must(found, 'a schedule').id, definitionCode: at.code }
  await engine.setScheduleOffline(ref, options)
  await engine.deleteSchedule(ref, options)
  const deleted = await promote(app)
  await request(app, { environment: 'test', operation: 'undeploy' })
  await app.runJobs(2)
  await request(app, { environment: 'test', operation: 'deploy', online: false })
  await app.runJobs(2)

  const unwritten = await promote(app)

  expect(deleted).toMatchObject({ status: 409, body: { code: 'promotion.differs' } })
  expect(unwritten.status).toBe(202)
})

test('a second schedule that somebody made where it runs is told', async () => {
  const { app, installation } = await setup()
  const { engine, at, options } = await placeIn(app, installation, 'test')
  const [found] = await engine.findSchedules(at, options)
  await engine.createSchedule(at, must(found, 'a schedule').schedule, options)

  const reply = await promote(app)

  expect(await engine.findSchedules(at, options)).toHaveLength(2)
  expect(reply).toMatchObject({ status: 409, body: { code: 'promotion.differs' } })
})

test('a schedule that is written only when its workflow goes online keeps no promotion out', async () => {
  const { app, installation } = await setup()
  await request(app, { environment: 'test', operation: 'offline' })
  await app.runJobs(2)
  const schedule = { cron: '0 5 * * *', timezone: 'UTC' }
  await addVersion(installation, ordersDocument({ description: 'v3', schedule }))
  await request(app, { environment: 'test', operation: 'deploy', online: false })
  await app.runJobs(2)

  expect(await promote(app)).toMatchObject({
    status: 202,
    body: { proof: { version: 3 } },
  })
})

test('another default tenant of the environment is no change of what runs there', async () => {
  const { app, installation } = await setup()
  installation.simulator.control.addTenant('other')
  const { headers, body } = await app.call('erin', 'GET', '/environments/test')
  const changed = await app.call('erin', 'PATCH', '/environments/test', {
    body: { defaults: { ...body.defaults, tenant: 'other' } },
    headers: { 'if-match': headers.get('etag') ?? '' },
  })

  expect(changed.status).toBe(200)
  expect((await promote(app)).status).toBe(202)
})

test('an edit is taken back also where the stage below is further', async () => {
  const { app, installation } = await setup()
  await promote(app)
  await app.runJobs(2)
  await setPolicy(app, {})
  await addVersion(installation, ordersDocument({ description: 'next' }))
  await request(app, { environment: 'test', operation: 'deploy', online: true })
  await app.runJobs(2)
  const { items } = (await app.call('dave', 'GET', '/deployments?environment=prod')).body
  const { engine, at, options } = await placeIn(app, installation, 'prod')
  await engine.setDefinitionOffline(at, options)

  const restored = await app.call('alice', 'POST', `/deployments/${items[0].deployment_id}:restore`)
  await app.runJobs(2)

  expect(await stateOf(app, restored.body.publication_id)).toBe('succeeded')
  expect((await engine.findDefinition(at, options))?.isOnline).toBe(true)
})

test('nothing is promoted to where it runs', async () => {
  const { app } = await setup()
  const { environment_id: id } = (await app.call('dave', 'GET', '/environments/test')).body

  const replies = await Promise.all(['test', id].map((to) => promote(app, { ...BODY, to })))

  const refusal = { status: 422, body: { issues: [{ pointer: '/to' }] } }
  expect(replies).toMatchObject([refusal, refusal])
})
