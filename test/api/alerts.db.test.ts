import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEPLOY, request } from '#test/support/app-publishing.ts'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, createInstallation, ordersDocument } from '#test/support/installation.ts'
import { startReceiver, type Receiver } from '#test/support/receiver.ts'

const { db } = await useTestDatabase()
let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const BROKEN = ordersDocument({
  tasks: [
    { key: 'extract', type: 'shell', script: 'echo fine' },
    { key: 'load', type: 'shell', needs: ['extract'], script: 'echo no space left; exit 3' },
  ],
})

async function setup() {
  const installation = await createInstallation(db)
  const app = await createTestApp(installation, { OUTBOUND_ALLOW_HOSTS: receiver.host })
  return { installation, app, orgId: installation.at.orgId }
}

const createChannel = (app: TestApp, change: object = {}, headers: Record<string, string> = {}) =>
  app.call('erin', 'POST', '/alert-channels', {
    body: {
      name: 'on-call',
      kind: 'webhook',
      target: { url: `http://${receiver.host}/hook/hush`, secret: SECRET },
      ...change,
    },
    headers,
  })
const createRoute = (app: TestApp, channelId: string, change: object = {}) =>
  app.call('erin', 'POST', '/alert-routes', { body: { channel_id: channelId, ...change } })
const createRule = (app: TestApp, change: object = {}, who = 'carol') =>
  app.call(who, 'POST', '/inspection-rules', {
    body: {
      name: 'One failure',
      rule: { kind: 'consecutive_failures', params: { times: 1 } },
      severity: 'warning',
      ...change,
    },
  })
const itemsOf = async (app: TestApp, path: string) =>
  (await app.call('dave', 'GET', path)).body.items

/** What waits by the database's clock, which no test moves, is due now. */
async function hurry(orgId: string): Promise<void> {
  await db
    .updateTable('workflow_instance_cache')
    .set({ next_attempt_at: new Date(0) })
    .where('org_id', '=', orgId)
    .where('next_attempt_at', 'is not', null)
    .execute()
  await db
    .updateTable('alert_delivery')
    .set({ next_attempt_at: new Date(0) })
    .where('org_id', '=', orgId)
    .where('state', '=', 'pending')
    .execute()
}

async function rounds(app: TestApp, orgId: string, count: number): Promise<void> {
  for (let round = 0; round < count; round++) {
    await hurry(orgId)
    await app.runJobs(1)
  }
}

/** A workflow online in prod whose runs fail, `times` of them run and judged. */
async function failRuns({ app, installation, orgId }: Setup, times: number): Promise<void> {
  await addVersion(installation, BROKEN)
  await request(app, DEPLOY)
  await app.runJobs(2)
  for (let n = 0; n < times; n++) {
    await app.call('carol', 'POST', '/workflows/daily_orders/runs', { body: {} })
    await rounds(app, orgId, 8)
  }
}
type Setup = Awaited<ReturnType<typeof setup>>

test('three failures in a row reach the people with task, log and link, signed', async () => {
  const all = await setup()
  const { app } = all
  const channel = await createChannel(app)
  await createRoute(app, channel.body.channel_id, { environment: 'prod', min_severity: 'critical' })

  await failRuns(all, 3)

  const [alert] = await itemsOf(app, '/alerts?state=firing')
  expect(receiver.received).toHaveLength(1)
  const [sent] = receiver.received
  expect(sent?.path).toBe('/hook/hush')
  expect(JSON.parse(sent?.text ?? '')).toMatchObject({
    type: 'alert.firing',
    data: {
      alert_id: alert.alert_id,
      kind: 'consecutive_failures',
      severity: 'critical',
      workflow: { id: 'daily_orders', name: 'Daily orders' },
      environment: 'prod',
      owner: { name: 'alice' },
      failing_task: { key: 'load', name: 'load' },
      log_tail: expect.arrayContaining([expect.stringContaining('no space left')]),
      log_note: null,
      link: expect.stringContaining('/workflow/instances/'),
    },
  })
  const [id, at] = [sent?.headers['webhook-id'], sent?.headers['webhook-timestamp']]
  expect(sent?.headers['webhook-signature']).toBe(
    `v1,${createHmac('sha256', Buffer.alloc(32, 7))
      .update(`${id}.${at}.${sent?.text}`)
      .digest('base64')}`,
  )
  expect(await itemsOf(app, `/deliveries?alert_id=${alert.alert_id}`)).toMatchObject([
    { delivery_id: id, channel_id: channel.body.channel_id, state: 'sent', attempts: 1 },
  ])
  expect(await itemsOf(app, '/findings?state=open')).toMatchObject([
    { workflow_id: 'daily_orders', severity: 'critical', state: 'open' },
  ])
  expect((await app.call('dave', 'GET', `/alerts/${alert.alert_id}`)).body).toEqual(alert)
})

test('a fourth failure sends nothing more, and a success ends the alert, which is told once', async () => {
  const all = await setup()
  const { app, installation, orgId } = all
  const { body } = await createChannel(app)
  await createRoute(app, body.channel_id)
  await failRuns(all, 4)
  const firing = await itemsOf(app, '/alerts')

  await addVersion(installation, ordersDocument())
  await request(app, DEPLOY)
  await app.runJobs(2)
  await app.call('carol', 'POST', '/workflows/daily_orders/runs', { body: {} })
  await rounds(app, orgId, 8)

  expect(firing).toMatchObject([{ kind: 'consecutive_failures', state: 'firing' }])
  expect(await itemsOf(app, '/alerts')).toMatchObject([
    { alert_id: firing[0].alert_id, state: 'resolved', resolved_at: expect.any(String) },
  ])
  expect(await itemsOf(app, '/findings?state=open')).toEqual([])
  expect(receiver.received.map(({ text }) => JSON.parse(text).type)).toEqual([
    'alert.firing',
    'alert.resolved',
  ])
})

test('a receiver that is busy gets the same message again, under the same id', async () => {
  const all = await setup()
  const { app, orgId } = all
  const { body } = await createChannel(app)
  await createRoute(app, body.channel_id)
  receiver.answerNext(503, 500)
  await createRule(app)

  await failRuns(all, 1)
  await rounds(app, orgId, 3)

  const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
  expect([ids.length, new Set(ids).size]).toEqual([3, 1])
  expect(await itemsOf(app, '/deliveries')).toMatchObject([
    { state: 'sent', attempts: 3, last_error: null },
  ])
})

test('a receiver that is gone switches its channel off, and on again it gets what it missed, under the same id', async () => {
  const all = await setup()
  const { app, orgId } = all
  const { body } = await createChannel(app)
  await createRoute(app, body.channel_id)
  receiver.answerNext(410)
  await createRule(app)
  await failRuns(all, 1)
  const path = `/alert-channels/${body.channel_id}`

  const off = await app.call('dave', 'GET', path)
  const [missed] = await itemsOf(app, '/deliveries?state=parked')
  const on = await app.call('erin', 'PATCH', path, { body: { is_enabled: true } })
  await rounds(app, orgId, 1)

  expect(off.body).toMatchObject({
    is_enabled: false,
    disabled_reason: 'HTTP 410: the receiver is gone',
  })
  expect(on.body).toMatchObject({ is_enabled: true, disabled_reason: null })
  expect(await itemsOf(app, '/deliveries')).toMatchObject([
    { delivery_id: missed.delivery_id, state: 'sent' },
  ])
  const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
  expect(ids).toEqual([missed.delivery_id, missed.delivery_id])
})

test('a message is sent once more when an operator says so, under the same id', async () => {
  const all = await setup()
  const { app, orgId } = all
  const { body } = await createChannel(app)
  await createRoute(app, body.channel_id)
  await createRule(app)
  await failRuns(all, 1)
  const [sent] = await itemsOf(app, '/deliveries')

  const again = await app.call('carol', 'POST', `/deliveries/${sent.delivery_id}:redeliver`)
  await rounds(app, orgId, 1)

  expect(again).toMatchObject({
    status: 200,
    body: { delivery_id: sent.delivery_id, state: 'pending', sent_at: null },
  })
  const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
  expect(ids).toEqual([sent.delivery_id, sent.delivery_id])
})

test('a route tells by severity, kind and environment who hears what, each channel once', async () => {
  const all = await setup()
  const { app } = all
  const names = ['too_severe', 'other_kind', 'twice', 'removed', 'off']
  const channels = await Promise.all(names.map((name) => createChannel(app, { name })))
  const [severe, kind, twice, removed, off] = channels.map((reply) => reply.body.channel_id)
  await createRoute(app, severe, { min_severity: 'critical' })
  await createRoute(app, kind, { kind: 'publish_failed' })
  await createRoute(app, twice, { environment: 'prod' })
  await createRoute(app, twice, { kind: 'consecutive_failures' })
  const route = await createRoute(app, removed)
  await createRoute(app, off)
  await app.call('erin', 'DELETE', `/alert-routes/${route.body.route_id}`)
  await app.call('erin', 'PATCH', `/alert-channels/${off}`, { body: { is_enabled: false } })
  await createRule(app)

  await failRuns(all, 1)

  const deliveries = await itemsOf(app, '/deliveries')
  expect(
    new Map(
      deliveries.map((each: { channel_id: string; state: string }) => [
        each.channel_id,
        each.state,
      ]),
    ),
  ).toEqual(
    new Map([
      [off, 'parked'],
      [twice, 'sent'],
    ]),
  )
  expect(deliveries).toHaveLength(2)
  expect(await itemsOf(app, '/alerts')).toMatchObject([{ channel_count: 2 }])
  expect(receiver.received).toHaveLength(1)
})

test('the target of a channel goes in and never comes out', async () => {
  const { app, orgId } = await setup()

  const created = await createChannel(app, {}, { 'idempotency-key': 'once' })
  const again = await createChannel(app, {}, { 'idempotency-key': 'once' })
  const changed = await app.call('erin', 'PATCH', `/alert-channels/${created.body.channel_id}`, {
    body: { target: { url: 'https://open.feishu.cn/hook/hush', secret: SECRET } },
  })

  expect(created).toMatchObject({
    status: 201,
    body: { name: 'on-call', kind: 'webhook', target_hint: receiver.host, is_enabled: true },
  })
  expect(again.body).toEqual(created.body)
  expect(changed.body).toMatchObject({ target_hint: 'open.feishu.cn', revision: 2 })
  const kept = await Promise.all([
    db.selectFrom('alert_channel').selectAll().where('org_id', '=', orgId).execute(),
    db.selectFrom('audit_event').selectAll().where('org_id', '=', orgId).execute(),
    db.selectFrom('idempotency_key').selectAll().where('org_id', '=', orgId).execute(),
  ])
  const shown = await itemsOf(app, '/alert-channels')
  expect(JSON.stringify([kept, shown, created.body, changed.body])).not.toMatch(/hush|whsec_/)
})

test('a channel with faults is refused, and an old ETag too', async () => {
  const { app } = await setup()
  const { body } = await createChannel(app)
  const path = `/alert-channels/${body.channel_id}`
  await app.call('erin', 'PATCH', path, { body: { name: 'renamed' } })

  const short = await createChannel(app, {
    name: 'x',
    target: { url: 'https://a.example', secret: 'whsec_short' },
  })
  const scheme = await createChannel(app, { name: 'y', target: { url: 'file:///etc/passwd' } })
  const kind = await createChannel(app, { name: 'z', kind: 'pigeon' })
  const taken = await createChannel(app, { name: 'renamed' })
  const stale = await app.call('erin', 'PATCH', path, {
    body: { name: 'late' },
    headers: { 'if-match': '"1"' },
  })

  expect(short).toMatchObject({ status: 422, body: { issues: [{ pointer: '/target/secret' }] } })
  expect(scheme).toMatchObject({ status: 422, body: { issues: [{ pointer: '/target/url' }] } })
  expect(kind).toMatchObject({ status: 422, body: { issues: [{ pointer: '/kind' }] } })
  expect(taken).toMatchObject({ status: 409, body: { code: 'channel.exists' } })
  expect(stale).toMatchObject({ status: 409, body: { code: 'request.stale', current_revision: 2 } })
})

test('a test message says what the receiver said, and never the address', async () => {
  const { app } = await setup()
  const { body } = await createChannel(app)
  const feishu = await createChannel(app, { name: 'chat', kind: 'feishu' })
  const inside = await createChannel(app, {
    name: 'inside',
    target: { url: 'http://169.254.169.254/latest/hush' },
  })
  const tryOut = async (id: string) =>
    (await app.call('erin', 'POST', `/alert-channels/${id}:test`)).body

  const good = await tryOut(body.channel_id)
  const chat = await tryOut(feishu.body.channel_id)
  receiver.answerNext(500)
  const bad = await tryOut(body.channel_id)
  const forbidden = await tryOut(inside.body.channel_id)

  expect([good, chat]).toEqual([
    { outcome: 'sent', reason: null },
    { outcome: 'sent', reason: null },
  ])
  expect(bad).toEqual({ outcome: 'retry', reason: 'HTTP 500' })
  expect(forbidden).toEqual({
    outcome: 'retry',
    reason: '169.254.169.254 is a private address; OUTBOUND_ALLOW_HOSTS can allow it',
  })
  expect(receiver.received.map(({ text }) => JSON.parse(text))).toMatchObject([
    { type: 'alert.test' },
    { msg_type: 'interactive' },
    { type: 'alert.test' },
  ])
})

test('an organization starts with its rules; an operator adds and changes them', async () => {
  const { app, installation } = await setup()
  await addVersion(installation, ordersDocument())

  const created = await createRule(app, { workflow_id: 'daily_orders', environment: 'prod' })
  const path = `/inspection-rules/${created.body.rule_id}`
  const changed = await app.call('carol', 'PATCH', path, {
    body: { params: { times: 5 }, is_enabled: false },
    headers: { 'if-match': '"1"' },
  })
  const stale = await app.call('carol', 'PATCH', path, {
    body: { severity: 'info' },
    headers: { 'if-match': '"1"' },
  })

  expect(created).toMatchObject({
    status: 201,
    body: {
      kind: 'consecutive_failures',
      params: { times: 1 },
      workflow_id: 'daily_orders',
      environment_id: installation.environmentId,
      is_enabled: true,
    },
  })
  expect(changed.body).toMatchObject({ params: { times: 5 }, is_enabled: false, revision: 2 })
  expect(stale).toMatchObject({ status: 409, body: { code: 'request.stale' } })
  expect(
    (await itemsOf(app, '/inspection-rules')).map((rule: { name: string }) => rule.name),
  ).toEqual(['Three failures in a row', 'A publish failed', 'A run was lost', 'One failure'])
})

test('a rule that is switched off raises nothing', async () => {
  const all = await setup()
  const { app } = all
  for (const rule of await itemsOf(app, '/inspection-rules'))
    await app.call('carol', 'PATCH', `/inspection-rules/${rule.rule_id}`, {
      body: { is_enabled: false },
    })

  await failRuns(all, 3)

  expect(await itemsOf(app, '/alerts')).toEqual([])
})
