import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { createInstallation } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

const UNKNOWN_FIELD = {
  status: 422,
  body: { issues: [{ pointer: '/environmnt' }] },
}
const SECRETS = [1, 2].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`)
const URL = 'https://im.example/hook'

async function setup() {
  const installation = await createInstallation(db)
  return { installation, app: await createTestApp(installation) }
}

const createChannel = (app: TestApp, change: object = {}, headers: Record<string, string> = {}) =>
  app.call('erin', 'POST', '/alert-channels', {
    body: { name: 'on-call', kind: 'webhook', target: { url: URL }, ...change },
    headers,
  })
const createRoute = (app: TestApp, channelId: string, change: object = {}) =>
  app.call('erin', 'POST', '/alert-routes', { body: { channel_id: channelId, ...change } })
const createRule = (
  app: TestApp,
  change: object = {},
  who = 'carol',
  headers: Record<string, string> = {},
) =>
  app.call(who, 'POST', '/inspection-rules', {
    body: {
      name: 'One failure',
      rule: { kind: 'consecutive_failures', params: { times: 1 } },
      severity: 'warning',
      ...change,
    },
    headers,
  })
const itemsOf = async (app: TestApp, path: string) =>
  (await app.call('dave', 'GET', path)).body.items

test('a route to what does not exist is refused', async () => {
  const { app } = await setup()
  const { body } = await createChannel(app)

  const channel = await createRoute(app, 'chn_gone')
  const environment = await createRoute(app, body.channel_id, { environment: 'mars' })
  const severity = await createRoute(app, body.channel_id, { min_severity: 'panic' })
  const kind = await createRoute(app, body.channel_id, { kind: 'publish_fialed' })
  const field = await createRoute(app, body.channel_id, { environmnt: 'prod' })

  expect(channel).toMatchObject({ status: 404, body: { code: 'channel.not_found' } })
  expect(environment).toMatchObject({ status: 404, body: { code: 'environment.not_found' } })
  expect(severity).toMatchObject({ status: 422, body: { issues: [{ pointer: '/min_severity' }] } })
  expect(kind).toMatchObject({ status: 422, body: { issues: [{ pointer: '/kind' }] } })
  expect(field).toMatchObject(UNKNOWN_FIELD)
})

test('a rule with faults, about nothing, or of a name that is taken is refused', async () => {
  const { app } = await setup()

  const times = await createRule(app, {
    rule: { kind: 'consecutive_failures', params: { times: 0 } },
  })
  const kind = await createRule(app, { rule: { kind: 'full_moon' } })
  const workflow = await createRule(app, { workflow_id: 'gone' })
  const environment = await createRule(app, { environment: 'mars' })
  const taken = await createRule(app, { name: 'A publish failed' })
  const author = await createRule(app, {}, 'alice')
  const field = await createRule(app, { environmnt: 'prod' })
  const [first] = await itemsOf(app, '/inspection-rules')
  const params = await app.call('carol', 'PATCH', `/inspection-rules/${first.rule_id}`, {
    body: { params: { times: 'many' } },
  })

  expect(times).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/rule/params/times' }] },
  })
  expect(kind).toMatchObject({ status: 422, body: { issues: [{ pointer: '/rule/kind' }] } })
  expect(workflow).toMatchObject({ status: 404, body: { code: 'workflow.not_found' } })
  expect(environment).toMatchObject({ status: 404, body: { code: 'environment.not_found' } })
  expect(taken).toMatchObject({ status: 409, body: { code: 'rule.exists' } })
  expect(author.status).toBe(403)
  expect(field).toMatchObject(UNKNOWN_FIELD)
  expect(params).toMatchObject({ status: 422, body: { issues: [{ pointer: '/params/times' }] } })
})

test('a key that was used is no key for another severity or another secret', async () => {
  const { app } = await setup()
  const key = { 'idempotency-key': 'once' }
  const [secret, otherSecret] = SECRETS
  const rule = await createRule(app, {}, 'carol', key)
  const channel = await createChannel(app, { target: { url: URL, secret } }, key)

  const sameRule = await createRule(app, {}, 'carol', key)
  const severity = await createRule(app, { severity: 'info' }, 'carol', key)
  const sameChannel = await createChannel(app, { target: { url: URL, secret } }, key)
  const target = await createChannel(app, { target: { url: URL, secret: otherSecret } }, key)

  expect(sameRule.body).toEqual(rule.body)
  expect(sameChannel.body).toEqual(channel.body)
  const reused = { status: 409, body: { code: 'idempotency.key_reused' } }
  expect([severity, target]).toMatchObject([reused, reused])
})

test('a route tells of the end unless it is told not to, and takes every kind of alert', async () => {
  const { app } = await setup()
  const { body } = await createChannel(app)

  const plain = await createRoute(app, body.channel_id)
  const quiet = await createRoute(app, body.channel_id, {
    kind: 'run_unresolved',
    send_resolved: false,
  })

  expect(plain.body).toMatchObject({ kind: null, send_resolved: true })
  expect(quiet.body).toMatchObject({ kind: 'run_unresolved', send_resolved: false })
  expect(await itemsOf(app, '/alert-routes')).toEqual([plain.body, quiet.body])
})

test('a delivery is sent again by an operator, and only one that exists', async () => {
  const { app } = await setup()

  const gone = await app.call('carol', 'POST', '/deliveries/dlv_gone:redeliver')
  const author = await app.call('alice', 'POST', '/deliveries/dlv_gone:redeliver')

  expect(gone).toMatchObject({ status: 404, body: { code: 'delivery.not_found' } })
  expect(author.status).toBe(403)
})
