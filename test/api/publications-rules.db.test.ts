import { expect, test } from 'vitest'
import { approve, DEPLOY, request, setupPublishing, stateOf } from '#test/support/app-publishing.ts'
import type { TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, ordersDocument, type Installation } from '#test/support/installation.ts'
import { engineOf } from '#test/support/engine.ts'

const { db } = await useTestDatabase()

const PATH = '/workflows/daily_orders/publications'
const plan = (app: TestApp, body: Record<string, unknown> = DEPLOY) =>
  app.call('alice', 'POST', `${PATH}:plan`, { body })
const command = (app: TestApp, who: string, id: string, verb: string) =>
  app.call(who, 'POST', `/publications/${id}:${verb}`, { body: {} })
const idsOf = (body: { readonly items: readonly { readonly publication_id: string }[] }) =>
  body.items.map((item) => item.publication_id)

/** As if its time for the engine to answer were over, and the next attempt due. */
async function passDeadline(publicationId: string): Promise<void> {
  await db
    .updateTable('workflow_publish_record')
    .set({ next_attempt_at: new Date(0), apply_deadline_at: new Date(0) })
    .where('publication_id', '=', publicationId)
    .execute()
}

async function hurry({ at }: Installation): Promise<void> {
  await db
    .updateTable('workflow_publish_record')
    .set({ next_attempt_at: new Date(0) })
    .where('org_id', '=', at.orgId)
    .where('next_attempt_at', 'is not', null)
    .execute()
}

/** One that stands on the engine half done, with the engine silent and its time over. */
async function stuck() {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  const { control } = installation.simulator
  const { body } = await request(app)
  control.failNext({ path: /release/, kind: 'status500', times: 20 })
  await app.runJobs(1)
  control.clearFaults()
  control.setDown(true)
  await passDeadline(body.publication_id)
  await app.runJobs(1)
  const id: string = body.publication_id
  return { app, installation, control, id }
}

test('a plan says what would be done, without doing any of it', async () => {
  const { app, installation } = await setupPublishing(db)
  installation.simulator.calls.reset()

  const { status, body } = await plan(app)

  expect(status).toBe(200)
  expect(body).toMatchObject({
    operation: 'deploy',
    version: 1,
    plan_digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    drift_text: null,
    steps: ['create', 'online', 'schedule_create', 'schedule_online', 'read_back'],
    issues: [],
    approvals_required: 1,
    approvers: [],
  })
  expect(body.next_fires[0]).toContain('2026-03-02T03:00:00')
  const writes = Object.keys(installation.simulator.calls.entries()).filter(
    (name) => !name.startsWith('GET'),
  )
  expect(writes).toEqual([])
  expect((await app.call('dave', 'GET', '/publications')).body.items).toEqual([])
})

test('the same plan has the same digest, another one has another', async () => {
  const { app, installation } = await setupPublishing(db)

  const first = await plan(app)
  const again = await plan(app)
  const offline = await plan(app, { ...DEPLOY, online: false })
  await addVersion(installation, ordersDocument({ description: 'new' }))
  const newer = await plan(app)

  const digests = [first, offline, newer].map(({ body }) => body.plan_digest)
  expect(again.body.plan_digest).toBe(first.body.plan_digest)
  expect(new Set(digests).size).toBe(3)
})

test('an engine that refuses is 502 with its own words, and nothing is on record', async () => {
  const { app } = await setupPublishing(db)
  const clusters = await app.call('erin', 'GET', '/clusters')
  const digest = (await plan(app)).body.plan_digest
  await app.call('erin', 'PATCH', `/clusters/${clusters.body.items[0].cluster_id}`, {
    body: { token: 'wrong' },
  })

  const planned = await plan(app)
  const requested = await app.call('alice', 'POST', PATH, {
    body: { ...DEPLOY, plan_digest: digest },
  })

  expect(planned).toMatchObject({ status: 502, body: { code: 'engine.unauthenticated' } })
  expect(requested).toMatchObject({ status: 502, body: { code: 'engine.unauthenticated' } })
  expect((await app.call('dave', 'GET', '/publications')).body.items).toEqual([])
})

test('a workflow of which there is only a draft is told so', async () => {
  const { app } = await setupPublishing(db)
  await app.call('alice', 'POST', '/workflows', { body: ordersDocument({ id: 'drafted' }) })

  const reply = await app.call('alice', 'POST', '/workflows/drafted/publications:plan', {
    body: DEPLOY,
  })

  expect(reply).toMatchObject({
    status: 404,
    body: { code: 'version.not_found', detail: 'drafted has no version yet' },
  })
})

test('a version that does not exist, a place that does not, or nothing to take offline', async () => {
  const { app } = await setupPublishing(db)

  const version = await plan(app, { ...DEPLOY, version: 9 })
  const place = await plan(app, { ...DEPLOY, environment: 'mars' })
  const offline = await plan(app, { environment: 'prod', operation: 'offline' })
  const operation = await plan(app, { environment: 'prod', operation: 'explode' })

  expect(version).toMatchObject({ status: 404, body: { code: 'version.not_found' } })
  expect(place).toMatchObject({ status: 404, body: { code: 'environment.not_found' } })
  expect([404, 409]).toContain(offline.status)
  expect(offline.body.code).toBe('deployment.not_found')
  expect(operation).toMatchObject({ status: 422, body: { issues: [{ pointer: '/operation' }] } })
})

test('an older version can be deployed over a newer one', async () => {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  await addVersion(installation, ordersDocument({ description: 'second' }))
  await request(app)
  await app.runJobs(2)

  const { body } = await request(app, { ...DEPLOY, version: 1 })
  await app.runJobs(2)

  expect(await stateOf(app, body.publication_id)).toBe('succeeded')
  const detail = await app.call('dave', 'GET', '/workflows/daily_orders')
  expect(detail.body).toMatchObject({
    latest_version: 2,
    default_version: 1,
    deployments: [{ version: 1, is_online: true }],
  })
})

test('of two requests for one place at once, one is taken', async () => {
  const { app } = await setupPublishing(db)
  const { body } = await plan(app)
  const ask = () =>
    app.call('alice', 'POST', PATH, { body: { ...DEPLOY, plan_digest: body.plan_digest } })

  const replies = await Promise.all([ask(), ask(), ask(), ask()])

  expect(replies.map((reply) => reply.status).toSorted((a, b) => a - b)).toEqual([
    202, 409, 409, 409,
  ])
  expect(new Set(replies.map((reply) => reply.body.code))).toEqual(
    new Set([undefined, 'publication.active']),
  )
})

test('an approval for another plan than the one on record is refused', async () => {
  const { app } = await setupPublishing(db)
  const { body } = await request(app)

  const reply = await app.call('bob', 'POST', `/publications/${body.publication_id}:approve`, {
    body: { plan_digest: '0'.repeat(64) },
  })

  expect(reply).toMatchObject({
    status: 409,
    body: { code: 'publication.stale_plan', plan_digest: body.plan_digest },
  })
  expect(await stateOf(app, body.publication_id)).toBe('pending_approval')
})

test('who decided once does not decide again, in either way', async () => {
  const { app } = await setupPublishing(db, { approvals: 2 })
  const { body } = await request(app)
  await approve(app, 'bob', body.publication_id)

  const again = await approve(app, 'bob', body.publication_id)
  const reject = await command(app, 'bob', body.publication_id, 'reject')

  expect([again.body.code, reject.body.code]).toEqual([
    'publication.already_decided',
    'publication.already_decided',
  ])
  expect(await stateOf(app, body.publication_id)).toBe('pending_approval')
})

test('who requested it cancels it, or an admin; no other author', async () => {
  const { app, installation } = await setupPublishing(db)
  const first = await request(app)
  await db
    .updateTable('org_member')
    .set({ roles: '["author"]' })
    .where('org_id', '=', installation.at.orgId)
    .where('name', '=', 'bob')
    .execute()

  const stranger = await command(app, 'bob', first.body.publication_id, 'cancel')
  const admin = await command(app, 'erin', first.body.publication_id, 'cancel')
  const second = await request(app)
  const own = await command(app, 'alice', second.body.publication_id, 'cancel')

  expect(stranger).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } })
  expect([admin.body.state, own.body.state]).toEqual(['cancelled', 'cancelled'])
})

test('each verb is for its roles alone', async () => {
  const { app } = await setupPublishing(db)
  const { body } = await request(app)
  const allowed = async (verb: string) => {
    const replies = await Promise.all(
      ['alice', 'bob', 'carol', 'dave', 'erin'].map(async (who) => {
        const reply = await app.call(who, 'POST', `/publications/${body.publication_id}:${verb}`, {
          body: { plan_digest: 'none' },
        })
        return reply.body.required_roles === undefined ? [who] : []
      }),
    )
    return replies.flat()
  }

  expect({
    approve: await allowed('approve'),
    reject: await allowed('reject'),
    retry: await allowed('retry'),
    abandon: await allowed('abandon'),
    cancel: await allowed('cancel'),
  }).toEqual({
    approve: ['bob'],
    reject: ['bob'],
    retry: ['alice', 'carol'],
    abandon: ['alice', 'carol'],
    cancel: ['alice', 'erin'],
  })
})

test('one that is stuck says what it left, and a retry finishes it', async () => {
  const { app, installation, control, id } = await stuck()
  const before = await app.call('dave', 'GET', `/publications/${id}`)
  control.setDown(false)

  const retried = await command(app, 'carol', id, 'retry')
  await hurry(installation)
  await app.runJobs(3)

  expect(before.body).toMatchObject({
    state: 'stuck',
    ended_at: null,
    failure: { not_restored: expect.arrayContaining([expect.any(String)]) },
  })
  expect(retried).toMatchObject({ status: 200, body: { state: 'applying', failure: null } })
  expect(await stateOf(app, id)).toBe('succeeded')
})

test('one that is given up leaves on the engine what is there, and the next one takes it over', async () => {
  const { app, installation, control, id } = await stuck()
  control.setDown(false)

  const abandoned = await command(app, 'carol', id, 'abandon')
  const again = await command(app, 'carol', id, 'abandon')

  expect(abandoned).toMatchObject({ status: 200, body: { state: 'abandoned' } })
  expect(again).toMatchObject({ status: 409, body: { code: 'publication.wrong_state' } })
  const planned = await plan(app)
  const next = await request(app)
  await app.runJobs(3)
  expect(planned.body).toMatchObject({
    issues: [],
    warnings: expect.arrayContaining([expect.stringContaining('takes over')]),
  })
  expect(await stateOf(app, next.body.publication_id)).toBe('succeeded')
  const definitions = await engineOf(installation).listDefinitions(installation.projectCode, {
    signal: AbortSignal.timeout(2_000),
  })
  expect(definitions).toMatchObject([{ name: 'Daily orders' }])
})

test('what is not stuck is neither retried nor given up', async () => {
  const { app } = await setupPublishing(db)
  const { body } = await request(app)

  const retry = await command(app, 'carol', body.publication_id, 'retry')
  const abandon = await command(app, 'carol', body.publication_id, 'abandon')

  expect([retry, abandon]).toMatchObject([
    { status: 409, body: { code: 'publication.wrong_state', state: 'pending_approval' } },
    { status: 409, body: { code: 'publication.wrong_state', state: 'pending_approval' } },
  ])
})

test('filters of the list, and pages that are whole while others are requested', async () => {
  const { app, installation } = await setupPublishing(db)
  const asked: string[] = []
  const ask = async (): Promise<string> => {
    const { body } = await request(app)
    await command(app, 'alice', body.publication_id, 'cancel')
    return body.publication_id
  }
  for (let n = 0; n < 7; n++) {
    asked.push(await ask())
    if (n % 3 === 2) installation.clock.advance(1_000)
  }

  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { body } = await app.call('dave', 'GET', `/publications?limit=3${query}`)
    seen.push(...idsOf(body))
    cursor = body.next_cursor
    installation.clock.advance(1_000)
    await ask()
  }
  const list = async (query: string) =>
    idsOf((await app.call('dave', 'GET', `/publications?${query}`)).body).length

  expect(seen.toSorted()).toEqual(asked.toSorted())
  expect([
    await list('workflow_id=daily_orders'),
    await list('workflow_id=other'),
    await list('environment=prod'),
    await list('state=cancelled'),
    await list('state=succeeded'),
  ]).toEqual([10, 0, 10, 10, 0])
})

test('every step of a decision is in the audit, with who and what', async () => {
  const { app, installation } = await setupPublishing(db)
  const { body } = await request(app)
  await approve(app, 'bob', body.publication_id)
  await app.runJobs(2)

  const events = await db
    .selectFrom('audit_event')
    .select(['action', 'actor_name'])
    .where('org_id', '=', installation.at.orgId)
    .where('subject_id', '=', body.publication_id)
    .execute()
  expect(events).toEqual(
    expect.arrayContaining([
      { action: 'publication.request', actor_name: 'alice' },
      { action: 'publication.approve', actor_name: 'bob' },
    ]),
  )
})
