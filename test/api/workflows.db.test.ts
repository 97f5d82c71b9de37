import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { createInstallation, ordersDocument } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

async function setup() {
  const installation = await createInstallation(db)
  return { installation, app: await createTestApp(installation) }
}

type Change = Parameters<typeof ordersDocument>[0]

const create = (app: TestApp, change: Change = {}, headers: Record<string, string> = {}) =>
  app.call('alice', 'POST', '/workflows', { body: ordersDocument(change), headers })
const save = (app: TestApp, etag: string, change: Change) =>
  app.call('alice', 'PUT', '/workflows/daily_orders', {
    body: ordersDocument(change),
    headers: { 'if-match': etag },
  })
const idsOf = (body: { readonly items: readonly { readonly workflow_id: string }[] }) =>
  body.items.map((item) => item.workflow_id)

test('a new workflow answers its draft, its ETag, and that nothing is deployed', async () => {
  const { app } = await setup()

  const reply = await create(app, { tags: ['finance', 'daily'] })

  expect(reply.status).toBe(201)
  expect(reply.headers.get('etag')).toBe('"1"')
  expect(reply.body).toEqual({
    workflow_id: 'daily_orders',
    name: 'Daily orders',
    description: '',
    owner: 'alice',
    tags: ['daily', 'finance'],
    latest_version: null,
    default_version: null,
    versions: [],
    params_schema: { type: 'object', properties: {}, required: [] },
    draft: expect.objectContaining({ id: 'daily_orders', kind: 'Workflow' }),
    issues: [],
    checks: [],
    deployments: [],
    executions: [],
    freshness: [{ environment: 'prod', as_of: null, is_stale: false }],
    created_at: '2026-03-01T10:00:00.500Z',
    updated_at: '2026-03-01T10:00:00.500Z',
  })
})

test('YAML is taken like JSON', async () => {
  const { app } = await setup()
  const yaml = [
    'apiVersion: slipway/v1',
    'kind: Workflow',
    'id: from_yaml',
    'name: From YAML',
    'tasks:',
    '  - key: one',
    '    type: shell',
    '    script: |',
    '      echo one',
  ].join('\n')

  const reply = await app.call('alice', 'POST', '/workflows', {
    raw: yaml,
    headers: { 'content-type': 'application/yaml' },
  })

  expect(reply).toMatchObject({
    status: 201,
    body: { workflow_id: 'from_yaml', draft: { tasks: [{ key: 'one', script: 'echo one\n' }] } },
  })
})

test('what is exported can be imported elsewhere and is the same', async () => {
  const [here, there] = [await setup(), await setup()]
  const created = await create(here.app)

  const yaml = await here.app.call('dave', 'GET', '/workflows/daily_orders:export')
  const imported = await there.app.call('alice', 'POST', '/workflows', {
    raw: yaml.body,
    headers: { 'content-type': 'application/yaml' },
  })

  expect(yaml.headers.get('content-type')).toMatch(/^application\/yaml/)
  expect(imported.body.draft).toEqual(created.body.draft)
})

test('an id is taken for good, also after the workflow was deleted', async () => {
  const { app } = await setup()
  await create(app)

  const again = await create(app)
  const deleted = await app.call('alice', 'DELETE', '/workflows/daily_orders')
  const reused = await create(app)

  expect(again).toMatchObject({
    status: 409,
    body: { code: 'workflow.exists', issues: [{ pointer: '/id', code: 'workflow.exists' }] },
  })
  expect(deleted.status).toBe(204)
  expect(reused).toMatchObject({ status: 409, body: { code: 'workflow.exists' } })
  expect((await app.call('dave', 'GET', '/workflows/daily_orders')).status).toBe(404)
  expect((await app.call('dave', 'GET', '/workflows')).body.items).toEqual([])
})

test('a repeat with the same Idempotency-Key is the same workflow, another document is refused', async () => {
  const { app } = await setup()
  const key = { 'idempotency-key': 'once' }
  await create(app, {}, key)

  const again = await create(app, {}, key)
  const other = await create(app, { name: 'Another' }, key)

  expect(again).toMatchObject({ status: 201, body: { workflow_id: 'daily_orders' } })
  expect(other).toMatchObject({ status: 409, body: { code: 'idempotency.key_reused' } })
})

test('the same creation sent ten times at once makes one workflow', async () => {
  const { app } = await setup()

  const replies = await Promise.all(
    Array.from({ length: 10 }, () => create(app, {}, { 'idempotency-key': 'once' })),
  )

  expect(replies.map((reply) => reply.status)).toEqual(Array(10).fill(201))
  expect(idsOf((await app.call('dave', 'GET', '/workflows')).body)).toEqual(['daily_orders'])
})

test('every fault of the shape is named at its place, and nothing is saved', async () => {
  const { app } = await setup()

  const reply = await app.call('alice', 'POST', '/workflows', {
    body: {
      apiVersion: 'slipway/v1',
      kind: 'Workflow',
      id: 'has space',
      name: '',
      tasks: [{ key: 'a', type: 'shell' }],
      surprise: 1,
    },
  })

  expect(reply).toMatchObject({ status: 422, body: { code: 'workflow.invalid' } })
  expect(reply.body.issues.map((issue: { pointer: string }) => issue.pointer).sort()).toEqual([
    '/id',
    '/name',
    '/surprise',
    '/tasks/0/script',
  ])
  expect((await app.call('dave', 'GET', '/workflows')).body.items).toEqual([])
})

test('faults of the meaning are saved with the draft, each with its place, and block a version', async () => {
  const { app } = await setup()
  await create(app)
  const faulty = {
    tasks: [
      { key: 'extract', type: 'shell' as const, needs: ['load'], script: 'echo extract' },
      { key: 'load', type: 'shell' as const, needs: ['extract', 'gone'], script: 'echo load' },
    ],
    schedule: { cron: '0 25 * * *', timezone: 'Mars/Olympus' },
  }

  const saved = await save(app, '"1"', faulty)
  const version = await app.call('alice', 'POST', '/workflows/daily_orders/versions', {
    body: { note: 'no' },
  })
  const asked = await app.call('dave', 'POST', '/workflows:validate', {
    body: ordersDocument(faulty),
  })

  const issues = [
    { pointer: '/tasks/1/needs/1', code: 'definition.unknown_need' },
    { pointer: '/tasks/0/needs', code: 'definition.cycle' },
    { pointer: '/schedule/cron', code: 'definition.cron' },
    { pointer: '/schedule/timezone', code: 'definition.timezone' },
  ]
  expect(saved).toMatchObject({ status: 200, body: { issues } })
  expect(version).toMatchObject({ status: 422, body: { code: 'workflow.invalid', issues } })
  expect(asked).toMatchObject({ status: 200, body: { issues } })
})

test('a draft that somebody else saved meanwhile is not written over: 409 with both changes', async () => {
  const { app } = await setup()
  await create(app)
  await save(app, '"1"', { description: 'theirs', settings: { timeout_min: 5 } })

  const stale = await save(app, '"1"', { description: 'mine', owner: 'bob' })

  expect(stale).toMatchObject({
    status: 409,
    body: { code: 'workflow.stale_draft', current_etag: '"2"' },
  })
  expect(stale.body.difference.mine).toBeDefined()
  expect((await app.call('dave', 'GET', '/workflows/daily_orders')).body.description).toBe('theirs')
})

test('a conflict names the places that both sides touched since the newest version', async () => {
  const { app } = await setup()
  await create(app)
  await app.call('alice', 'POST', '/workflows/daily_orders/versions', { body: {} })
  await save(app, '"1"', { description: 'theirs', settings: { timeout_min: 5 } })

  const stale = await save(app, '"1"', { description: 'mine', settings: { priority: 'high' } })

  expect(stale.body.difference.conflicts).toEqual(['workflow description'])
  expect(stale.body.difference.theirs.settings).toMatchObject([{ field: 'timeout_min' }])
  expect(stale.body.difference.mine.settings).toMatchObject([{ field: 'priority' }])
})

test('ten that save over the same ETag at once: one is saved', async () => {
  const { app } = await setup()
  await create(app)

  const replies = await Promise.all(
    Array.from({ length: 10 }, (_, n) => save(app, '"1"', { description: `number ${n}` })),
  )

  expect(replies.map((reply) => reply.status).sort((a, b) => a - b)).toEqual([
    200,
    ...Array<number>(9).fill(409),
  ])
})

test('a draft is never written over unseen: If-Match is needed, and * says that it is meant', async () => {
  const { app } = await setup()
  await create(app)
  const body = ordersDocument({ description: 'new' })
  const put = (headers: Record<string, string>) =>
    app.call('alice', 'PUT', '/workflows/daily_orders', { body, headers })

  const missing = await put({})
  const strange = await put({ 'if-match': 'yesterday' })
  const any = await put({ 'if-match': '*' })

  expect(missing).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/header/if-match', code: 'request.required' }] },
  })
  expect(strange).toMatchObject({ status: 400, body: { code: 'request.malformed' } })
  expect([any.status, any.headers.get('etag')]).toEqual([200, '"2"'])
})

test('saving what is already there keeps the ETag', async () => {
  const { app } = await setup()
  await create(app)

  const reply = await save(app, '"1"', {})

  expect([reply.status, reply.headers.get('etag')]).toEqual([200, '"1"'])
})

test('a workflow keeps its id', async () => {
  const { app } = await setup()
  await create(app)

  expect(await save(app, '"1"', { id: 'renamed' })).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/id' }] },
  })
})

test('filters of the list: search, tag, owner and state', async () => {
  const { app } = await setup()
  await create(app, { id: 'a_100', name: 'Hundred 100%', tags: ['finance'] })
  await create(app, { id: 'b_1000', name: 'A Thousand 1000', owner: 'bob' })
  await create(app, { id: 'c', name: 'Versioned' })
  await app.call('alice', 'POST', '/workflows/c/versions', { body: {} })
  const list = async (query: string) =>
    idsOf((await app.call('dave', 'GET', `/workflows?${query}`)).body)

  expect({
    wildcard: await list(`search=${encodeURIComponent('100%')}`),
    anyCase: await list('search=THOUSAND'),
    tag: await list('tag=finance'),
    owner: await list('owner=bob'),
    draft: (await list('state=draft')).sort(),
    versioned: await list('state=versioned'),
    deployed: await list('state=deployed'),
  }).toEqual({
    wildcard: ['a_100'],
    anyCase: ['b_1000'],
    tag: ['a_100'],
    owner: ['b_1000'],
    draft: ['a_100', 'b_1000'],
    versioned: ['c'],
    deployed: [],
  })
})

test('tags are trimmed: two that differ by a space are one, and a space is none', async () => {
  const { app } = await setup()

  const send = (method: string, path: string, tags: string[]) =>
    app.call('alice', method, path, {
      body: { ...ordersDocument(), tags },
      headers: { 'if-match': '*' },
    })

  const created = await send('POST', '/workflows', ['a', 'a '])
  const saved = await send('PUT', '/workflows/daily_orders', ['b', ' b'])
  const empty = await send('PUT', '/workflows/daily_orders', ['b', ' '])

  expect([created.status, saved.status]).toEqual([201, 200])
  expect((await app.call('dave', 'GET', '/workflows?tag=b')).body.items).toMatchObject([
    { workflow_id: 'daily_orders', tags: ['b'] },
  ])
  expect(empty).toMatchObject({ status: 422, body: { issues: [{ pointer: '/tags/1' }] } })
})

test('pages skip and repeat nothing while others insert, also at one and the same instant', async () => {
  const { app, installation } = await setup()
  const ids = Array.from({ length: 12 }, (_, n) => `w_${String(n).padStart(2, '0')}`)
  for (const [n, id] of ids.entries()) {
    await create(app, { id })
    if (n % 5 === 4) installation.clock.advance(1_000)
  }

  const seen: string[] = []
  let cursor: string | null = ''
  for (let page = 0; cursor !== null; page++) {
    const { body } = await app.call(
      'dave',
      'GET',
      `/workflows?limit=5${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    seen.push(...idsOf(body))
    cursor = body.next_cursor
    installation.clock.advance(1_000)
    await create(app, { id: `new_${page}` })
  }

  expect(seen.toSorted()).toEqual(ids)
})

test('a cursor of another list and a limit out of bounds are refused', async () => {
  const { app } = await setup()

  const cursor = await app.call('dave', 'GET', '/workflows?cursor=abc')
  const limit = await app.call('dave', 'GET', '/workflows?limit=201')

  expect(cursor.body.code).toBe('cursor.invalid')
  expect(limit).toMatchObject({
    status: 422,
    body: { code: 'request.invalid', issues: [{ pointer: '/query/limit' }] },
  })
})

test('what is deployed cannot be deleted', async () => {
  const { app } = await setup()
  await create(app)
  await app.call('alice', 'POST', '/workflows/daily_orders/versions', { body: {} })
  const deploy = { environment: 'prod', operation: 'deploy', online: true }
  const plan = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: deploy,
  })
  await app.call('alice', 'POST', '/workflows/daily_orders/publications', {
    body: { ...deploy, plan_digest: plan.body.plan_digest },
  })
  await app.runJobs(2)

  const refused = await app.call('alice', 'DELETE', '/workflows/daily_orders')
  const detail = await app.call('dave', 'GET', '/workflows/daily_orders')

  expect(refused).toMatchObject({ status: 409, body: { code: 'workflow.deployed' } })
  expect(detail.body).toMatchObject({
    latest_version: 1,
    default_version: 1,
    versions: [1],
    deployments: [{ environment: 'prod', version: 1, is_online: true, is_schedule_online: true }],
  })
  expect(idsOf((await app.call('dave', 'GET', '/workflows?state=deployed')).body)).toEqual([
    'daily_orders',
  ])
})
