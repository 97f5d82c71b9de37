import { beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { createInstallation, ordersDocument } from '#test/support/installation.ts'

const { db } = await useTestDatabase()
let app: TestApp
beforeAll(async () => {
  app = await createTestApp(await createInstallation(db))
})

const RULE = { kind: 'consecutive_failures', params: { times: 3 } }
const HOOK = { kind: 'webhook', target: { url: 'https://example.com/hook' } }

test.each([
  ['/members', 'name', { display_name: 'x', roles: ['viewer'] }],
  ['/members', 'display_name', { name: 'x', roles: ['viewer'] }],
  ['/api-tokens', 'name', { member_id: 'mem_x' }],
  ['/clusters', 'name', { base_url: 'http://x/y', token: 't' }],
  ['/inspection-rules', 'name', { rule: RULE }],
  ['/alert-channels', 'name', HOOK],
])('%s: a %s that hides something is refused', async (path, field, rest) => {
  const names = ['a\u0000b', 'a\r\nb', 'a\u202eb']

  const replies = await Promise.all(
    names.map((name) => app.call('erin', 'POST', path, { body: { ...rest, [field]: name } })),
  )

  expect(replies).toMatchObject(
    names.map(() => ({
      status: 422,
      body: { issues: [{ pointer: `/${field}`, message: 'must hold no control characters' }] },
    })),
  )
})

test('half a surrogate pair is refused wherever it would have been stored', async () => {
  const half = '\ud800'
  const replies = [
    await app.call('erin', 'PATCH', '/environments/prod', {
      body: { overlay: { params: { a: half } } },
    }),
    await app.call('erin', 'PATCH', '/environments/prod', {
      body: { overlay: { data_sources: { [half]: 'x' } } },
    }),
    await app.call('erin', 'POST', '/members', {
      body: { name: 'm', display_name: 'd', roles: ['viewer'], im_ids: { feishu: half } },
    }),
    await app.call('carol', 'POST', '/workflows/x/runs', { body: { params: { s: half } } }),
    await app.call('carol', 'POST', '/workflows/x/runs', { body: { job_run_id: half } }),
  ]

  expect(replies.map(({ status, body }) => [status, body.issues[0].pointer])).toEqual([
    [422, '/overlay/params/a'],
    [422, '/overlay/data_sources/\ufffd'],
    [422, '/im_ids/feishu'],
    [422, '/params/s'],
    [422, '/job_run_id'],
  ])
})

test('a definition with half a surrogate pair, or a key twice, is refused at its place', async () => {
  const text = JSON.stringify(ordersDocument())
  const halved = await app.call('alice', 'POST', '/workflows', {
    raw: text.replace('echo load', String.raw`\ud800`),
  })
  const doubled = await app.call('alice', 'POST', '/workflows', {
    raw: text.replace('"script":"echo load"', '"script":"echo load","script":"rm -rf /"'),
  })

  expect(halved).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/tasks/1/script', code: 'definition.not_unicode' }] },
  })
  expect(doubled).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/tasks/1/script', code: 'request.duplicate_key' }] },
  })
})

test('text within JSON is no definition in YAML', async () => {
  const reply = await app.call('alice', 'POST', '/workflows:validate', {
    body: 'apiVersion: slipway/v1',
  })

  expect(reply).toMatchObject({ status: 422, body: { code: 'workflow.invalid' } })
  expect(reply.body.issues[0].message).toMatch(/^must be an object/)
})

test('YAML larger than any body is 413, and of its faults the first are told', async () => {
  const yaml = (raw: string) =>
    app.call('dave', 'POST', '/workflows:validate', {
      raw,
      headers: { 'content-type': 'application/yaml' },
    })

  const large = await yaml('a: 1\n'.repeat(1_200_001))
  const broken = await yaml(']'.repeat(100_000))

  expect(large).toMatchObject({ status: 413, body: { code: 'request.too_large' } })
  expect(broken.status).toBe(422)
  expect(broken.body.issues).toHaveLength(20)
})

test('of the faults of a huge definition the first thousand are told', async () => {
  const tasks = Array.from({ length: 3_000 }, (_, index) => ({
    key: `k${index}`,
    type: 'shell',
    script: 'x',
    needs: [`nobody${index}`],
  }))

  const reply = await app.call('dave', 'POST', '/workflows:validate', {
    body: { ...ordersDocument(), tasks },
  })

  expect(reply.status).toBe(200)
  expect(reply.body.issues).toHaveLength(1001)
})

test('roles and scopes are sets', async () => {
  const member = await app.call('erin', 'POST', '/members', {
    body: { name: 'twice', display_name: 'd', roles: ['viewer', 'viewer'] },
  })
  const token = await app.call('erin', 'POST', '/api-tokens', {
    body: { member_id: member.body.member_id, name: 't', scopes: ['read', 'read'] },
  })

  expect(member.body.roles).toEqual(['viewer'])
  expect(token.body.scopes).toEqual(['read'])
})

test.each([' x', 'x ', 'x\u0000'])('a job_run_id like %j is refused', async (jobRunId) => {
  const reply = await app.call('carol', 'POST', '/workflows/x/runs', {
    body: { job_run_id: jobRunId },
  })

  expect(reply).toMatchObject({ status: 422, body: { issues: [{ pointer: '/job_run_id' }] } })
})

test.each(['http://user:pw@example.com/', 'https://user@example.com/hook'])(
  'a channel’s address carries no credentials: %s',
  async (url) => {
    const reply = await app.call('erin', 'POST', '/alert-channels', {
      body: { ...HOOK, name: 'c', target: { url } },
    })

    expect(reply).toMatchObject({ status: 422, body: { issues: [{ pointer: '/target/url' }] } })
  },
)

test('the workflow of a rule is named without the space around it', async () => {
  await app.call('alice', 'POST', '/workflows', { body: ordersDocument() })

  const reply = await app.call('erin', 'POST', '/inspection-rules', {
    body: { name: 'r', rule: RULE, workflow_id: 'daily_orders ' },
  })

  expect(reply).toMatchObject({ status: 201, body: { workflow_id: 'daily_orders' } })
})

test.each(['base_url', 'ui_url'])(
  '%s of a cluster carries no query and no fragment',
  async (field) => {
    const addresses = ['http://engine/ds?token=abc', 'http://engine/ds#abc', 'http://engine/ds?']
    const body = { name: 'other', base_url: 'http://engine/ds', token: 'x' }

    const replies = await Promise.all(
      addresses.map((address) =>
        app.call('erin', 'POST', '/clusters', { body: { ...body, [field]: address } }),
      ),
    )

    expect(replies).toMatchObject(
      addresses.map(() => ({ status: 422, body: { issues: [{ pointer: `/${field}` }] } })),
    )
  },
)
