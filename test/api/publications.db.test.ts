import { expect, test } from 'vitest'
import {
  approve,
  changeOnEngine,
  DEPLOY,
  request,
  setupPublishing,
  stateOf,
} from '#test/support/app-publishing.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, createInstallation, ordersDocument } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

test('requested, refused to its author, approved by another, applied, proved', async () => {
  const { app } = await setupPublishing(db)

  const requested = await request(app)
  const own = await approve(app, 'alice', requested.body.publication_id)
  const approved = await approve(app, 'bob', requested.body.publication_id)
  await app.runJobs()

  expect(requested).toMatchObject({
    status: 202,
    body: { state: 'pending_approval', approvals_required: 1, requested_by: 'alice' },
  })
  expect(own).toMatchObject({ status: 403 })
  expect(approved).toMatchObject({
    status: 200,
    body: {
      state: 'approved',
      approvals: [{ member: 'bob', decision: 'approved', comment: 'fine' }],
    },
  })
  const { body } = await app.call(
    'dave',
    'GET',
    `/publications/${requested.body.publication_id}/evidence`,
  )
  expect(body).toMatchObject({
    state: 'succeeded',
    evidence: {
      matches: true,
      is_online: true,
      schedule: { is_online: true, cron: '0 0 3 * * ?' },
    },
  })
  expect(
    body.steps.map((step: { name: string; state: string }) => `${step.name} ${step.state}`),
  ).toEqual(['create done', 'online done', 'schedule_create done', 'schedule_online done'])
})

test('an author who is an approver as well still cannot approve what they wrote', async () => {
  const { app, installation } = await setupPublishing(db)
  await db
    .updateTable('org_member')
    .set({ roles: '["author","approver","admin"]' })
    .where('org_id', '=', installation.at.orgId)
    .where('name', '=', 'alice')
    .execute()
  const { body } = await request(app)

  expect(await approve(app, 'alice', body.publication_id)).toMatchObject({
    status: 403,
    body: { code: 'publication.own_request' },
  })
})

test('a co-author of the version cannot approve it, though somebody else asked', async () => {
  const { app, installation } = await setupPublishing(db)
  await db
    .updateTable('org_member')
    .set({ roles: '["author","approver"]' })
    .where('org_id', '=', installation.at.orgId)
    .where('name', 'in', ['alice', 'bob'])
    .execute()
  const plan = await app.call('bob', 'POST', '/workflows/daily_orders/publications:plan', {
    body: DEPLOY,
  })
  const { body } = await app.call('bob', 'POST', '/workflows/daily_orders/publications', {
    body: { ...DEPLOY, plan_digest: plan.body.plan_digest },
  })

  expect(await approve(app, 'alice', body.publication_id)).toMatchObject({
    status: 403,
    body: { code: 'publication.own_request' },
  })
})

test('of two that approve at once both count, and nobody counts twice', async () => {
  const { app } = await setupPublishing(db, { approvals: 2 })
  const { body } = await request(app)

  const replies = await Promise.all([
    approve(app, 'bob', body.publication_id),
    approve(app, 'god', body.publication_id),
    approve(app, 'bob', body.publication_id),
  ])

  expect(replies.map((reply) => reply.status).sort((a, b) => a - b)).toEqual([200, 200, 409])
  expect(await stateOf(app, body.publication_id)).toBe('approved')
})

test('one rejection ends it, and the place is free again', async () => {
  const { app } = await setupPublishing(db)
  const { body } = await request(app)

  const rejected = await app.call('bob', 'POST', `/publications/${body.publication_id}:reject`, {
    body: { comment: 'no' },
  })

  expect(rejected.body.state).toBe('rejected')
  expect(await approve(app, 'god', body.publication_id)).toMatchObject({
    status: 409,
    body: { code: 'publication.wrong_state', state: 'rejected' },
  })
  expect((await request(app)).status).toBe(202)
})

test('approve and cancel at once: one of them wins, and the record says which', async () => {
  const { app } = await setupPublishing(db)
  const { body } = await request(app)

  const [approved, cancelled] = await Promise.all([
    approve(app, 'bob', body.publication_id),
    app.call('alice', 'POST', `/publications/${body.publication_id}:cancel`, { body: {} }),
  ])

  expect(cancelled.status).toBe(200)
  expect([200, 409]).toContain(approved.status)
  expect(await stateOf(app, body.publication_id)).toBe('cancelled')
})

test('approvals run out', async () => {
  const { app, installation } = await setupPublishing(db)
  const { body } = await request(app)

  await db
    .updateTable('workflow_publish_record')
    .set({ expires_at: new Date(0) })
    .where('org_id', '=', installation.at.orgId)
    .execute()
  const late = await approve(app, 'bob', body.publication_id)
  await app.runJobs(1)

  expect(late.status).toBe(409)
  expect(await stateOf(app, body.publication_id)).toBe('expired')
})

test('a plan that is no longer true is 409 with the new plan', async () => {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  await request(app)
  await app.runJobs()
  await addVersion(installation, ordersDocument({ name: 'Daily orders 2' }))
  const plan = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: DEPLOY,
  })
  await changeOnEngine(installation)

  const reply = await app.call('alice', 'POST', '/workflows/daily_orders/publications', {
    body: { ...DEPLOY, plan_digest: plan.body.plan_digest },
  })

  expect(reply).toMatchObject({
    status: 409,
    body: {
      code: 'publication.stale_plan',
      plan: { version: 2, drift_text: expect.stringContaining('timeout_min: 0 → 99') },
    },
  })
})

test('an edit on the engine between approval and apply voids the approval, and nothing is touched', async () => {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  await request(app)
  await app.runJobs()
  await addVersion(installation, ordersDocument({ name: 'Daily orders 2' }))
  await db
    .updateTable('engine_environment')
    .set({ policy: JSON.stringify({ approvals_required: 1 }) })
    .where('org_id', '=', installation.at.orgId)
    .execute()
  const { body } = await request(app)
  await approve(app, 'bob', body.publication_id)

  await changeOnEngine(installation)
  installation.simulator.calls.reset()
  await app.runJobs(1)

  expect(await stateOf(app, body.publication_id)).toBe('stale')
  const calls = Object.keys(installation.simulator.calls.entries())
  const writes = calls.filter((call) => /^(PUT|DELETE)|release|online|offline/.test(call))
  expect(writes).toEqual([])
})

test('one publication of a workflow and environment at a time', async () => {
  const { app } = await setupPublishing(db)
  const { body } = await request(app)

  expect(await request(app)).toMatchObject({
    status: 409,
    body: { code: 'publication.active', publication_id: body.publication_id },
  })
})

test('a repeat with the same key is the same publication, with another request it is refused', async () => {
  const { app } = await setupPublishing(db, { approvals: 0 })
  const key = { 'idempotency-key': 'once' }
  const first = await request(app, DEPLOY, key)
  await app.runJobs()

  const { plan_digest: digest } = (
    await app.call('dave', 'GET', `/publications/${first.body.publication_id}`)
  ).body
  const again = await app.call('alice', 'POST', '/workflows/daily_orders/publications', {
    body: { ...DEPLOY, plan_digest: digest },
    headers: key,
  })
  const other = await app.call('alice', 'POST', '/workflows/daily_orders/publications', {
    body: { ...DEPLOY, operation: 'offline', plan_digest: digest },
    headers: key,
  })

  expect(again.body.publication_id).toBe(first.body.publication_id)
  expect(other).toMatchObject({ status: 409, body: { code: 'idempotency.key_reused' } })
})

test('nothing to do is said, not done', async () => {
  const { app } = await setupPublishing(db, { approvals: 0 })
  await request(app)
  await app.runJobs()

  expect(await request(app)).toMatchObject({
    status: 409,
    body: { code: 'publication.nothing_to_do' },
  })
})

test('a name that the engine does not know blocks, with its place in the document', async () => {
  const { app, installation } = await setupPublishing(db)
  await addVersion(installation, ordersDocument({ settings: { worker_group: 'nobody' } }))

  const plan = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: DEPLOY,
  })

  expect(plan.body.issues).toEqual([
    {
      pointer: '/settings/worker_group',
      code: 'plan.unknown_name',
      message: 'the engine has no worker group "nobody"',
    },
  ])
  expect(await request(app)).toMatchObject({
    status: 422,
    body: { code: 'publication.plan_refused' },
  })
})

test('a definition of somebody else under the same name is never taken over', async () => {
  const { app, installation } = await setupPublishing(db)
  const other = await createInstallation(db)
  await addVersion(other, ordersDocument())
  const address = {
    baseUrl: 'http://x/dolphinscheduler',
    uiUrl: '',
    token: installation.simulator.token,
    serverTimeZone: 'UTC',
    userTimeZone: 'UTC',
    family: '3.1' as const,
  }
  const { engine, compiler } = installation.deps.factory.connect(address)
  const document = ordersDocument({ id: 'somebody_elses' })
  const definition = compiler.compile(document, {
    workflowId: 'somebody_elses',
    projectCode: installation.projectCode,
    taskCodes: { extract: '1', load: '2' },
    dataSources: {},
    environmentCodes: {},
    alertGroupIds: {},
    taskGroupIds: {},
    resources: {},
    workflowTaskCodes: {},
    workflowCodes: {},
    defaultWorkerGroup: 'default',
    defaultTenant: 'root',
    defaultEnvironment: null,
  })
  await engine.createDefinition(
    { projectCode: installation.projectCode, definition, layout: {}, tenant: 'root' },
    { signal: AbortSignal.timeout(2_000) },
  )

  const plan = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: DEPLOY,
  })

  expect(plan.body.issues).toMatchObject([{ pointer: '/name', code: 'plan.name_taken' }])
})
