import { engineOf } from '#test/support/engine.ts'
import { expect, test } from 'vitest'
import { approve, DEPLOY, request, setupPublishing, stateOf } from '#test/support/app-publishing.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, ordersDocument } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

test('a silent engine is 503 where the request itself asks it', async () => {
  const { app, installation } = await setupPublishing(db)
  installation.simulator.control.setDown(true)

  const reply = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: DEPLOY,
  })

  expect(reply).toMatchObject({ status: 503, body: { code: 'engine.no_answer' } })
})

test('a publication on record resumes by itself when the engine is back', async () => {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  const { body } = await request(app)
  installation.simulator.control.setDown(true)

  await app.runJobs(2)
  const down = await stateOf(app, body.publication_id)
  installation.simulator.control.setDown(false)
  await db
    .updateTable('workflow_publish_record')
    .set({ next_attempt_at: new Date(0) })
    .where('org_id', '=', installation.at.orgId)
    .execute()
  await app.runJobs(2)

  expect(['approved', 'applying']).toContain(down)
  expect(await stateOf(app, body.publication_id)).toBe('succeeded')
})

test('a step that the engine refuses is undone: what ran before runs again, and the owner’s rule hears of it', async () => {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  await request(app)
  await app.runJobs()
  await addVersion(
    installation,
    ordersDocument({ description: 'new', schedule: { cron: '0 5 * * *', timezone: 'UTC' } }),
  )
  const engine = engineOf(installation)
  const options = { signal: AbortSignal.timeout(2_000) }
  const [first] = await engine.listDefinitions(installation.projectCode, options)
  const at = { projectCode: installation.projectCode, code: first?.code ?? '' }
  const before = await engine.findDefinition(at, options)
  const { body } = await request(app)
  installation.simulator.control.failNext({
    method: 'PUT',
    path: /schedules/,
    times: 1,
    kind: 'status500',
  })
  await app.runJobs(1)
  await db
    .updateTable('workflow_publish_record')
    .set({ next_attempt_at: new Date(0), apply_deadline_at: new Date(0) })
    .where('publication_id', '=', body.publication_id)
    .where('state', '=', 'applying')
    .execute()
  installation.simulator.control.failNext({
    method: 'PUT',
    path: /schedules/,
    times: 1,
    kind: 'status500',
  })
  await app.runJobs(2)

  const after = await engine.findDefinition(at, options)
  const schedules = await engine.findSchedules(at, options)
  expect(await app.call('dave', 'GET', `/publications/${body.publication_id}`)).toMatchObject({
    body: { state: 'compensated', failure: { code: 'engine.no_answer', not_restored: [] } },
  })
  expect([after?.isOnline, after?.definition]).toEqual([true, before?.definition])
  expect(schedules).toMatchObject([
    { isOnline: true, schedule: { cron: expect.stringContaining('0 0 3 * * ?') } },
  ])
  expect((await app.call('dave', 'GET', '/alerts')).body.items).toMatchObject([
    { kind: 'publish_failed', state: 'firing' },
  ])
})

test('offline, online and undeploy each do what they say', async () => {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  const seen: unknown[] = []
  for (const operation of ['deploy', 'offline', 'online', 'undeploy']) {
    const { body } = await request(app, { ...DEPLOY, operation, online: operation === 'deploy' })
    await app.runJobs(2)
    const row = await db
      .selectFrom('workflow_deployment')
      .selectAll()
      .where('org_id', '=', installation.at.orgId)
      .executeTakeFirstOrThrow()
    seen.push([
      operation,
      await stateOf(app, body.publication_id),
      row.is_online,
      row.is_schedule_online,
      row.engine_code === null,
    ])
  }

  expect(seen).toEqual([
    ['deploy', 'succeeded', 1, 1, false],
    ['offline', 'succeeded', 0, 0, false],
    ['online', 'succeeded', 1, 1, false],
    ['undeploy', 'succeeded', 0, 0, true],
  ])
})

test('what waits for me is what I may decide about', async () => {
  const { app } = await setupPublishing(db, { approvals: 2 })
  const { body } = await request(app)

  const waiting = async (who: string) =>
    (await app.call(who, 'GET', '/publications?waiting_for=me')).body.items.map(
      (item: { publication_id: string }) => item.publication_id,
    )

  expect([await waiting('bob'), await waiting('alice'), await waiting('dave')]).toEqual([
    [body.publication_id],
    [],
    [],
  ])
  await approve(app, 'bob', body.publication_id)
  expect([await waiting('bob'), await waiting('god')]).toEqual([[], [body.publication_id]])
})
