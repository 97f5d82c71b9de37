import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Db } from '#src/db/database.ts'
import { createTestApp } from '#test/support/app.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts'
import { createInstallation, ordersDocument } from '#test/support/installation.ts'

let database: TestDatabase
let db: Db
beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})
afterAll(() => database.drop())

async function setup() {
  const installation = await createInstallation(db)
  return { installation, app: await createTestApp(installation) }
}

async function withWorkflow() {
  const { app, installation } = await setup()
  const created = await app.call('alice', 'POST', '/workflows', { body: ordersDocument() })
  return { app, installation, etag: created.headers.get('etag') ?? '' }
}

const changed = (script: string) => ({
  ...ordersDocument(),
  tasks: [{ key: 'extract', type: 'shell', script }],
})

test('a workflow is created with its draft and found in the list', async () => {
  const { app } = await setup()

  const created = await app.call('alice', 'POST', '/workflows', {
    body: { ...ordersDocument(), tags: ['b', 'a'] },
  })
  const list = await app.call(
    'dave',
    'GET',
    '/workflows?tag=a&owner=alice&search=DAILY_o&state=draft',
  )

  expect(created).toMatchObject({
    status: 201,
    body: {
      workflow_id: 'daily_orders',
      latest_version: null,
      default_version: null,
      issues: [],
      executions: [],
      deployments: [],
    },
  })
  expect(list.body).toEqual({
    items: [
      {
        workflow_id: 'daily_orders',
        name: 'Daily orders',
        latest_version: null,
        tags: ['a', 'b'],
        owner: 'alice',
        updated_at: expect.any(String),
      },
    ],
    next_cursor: null,
  })
})

test('YAML is taken as well, and given back', async () => {
  const { app } = await setup()
  const yaml =
    'apiVersion: slipway/v1\nkind: Workflow\nid: y1\nname: Y\ntasks:\n  - { key: a, type: shell, script: echo }\n'

  const created = await app.call('alice', 'POST', '/workflows', {
    raw: yaml,
    headers: { 'content-type': 'application/yaml' },
  })
  const exported = await app.call('dave', 'GET', '/workflows/y1:export')

  expect(created.status).toBe(201)
  expect(exported.body).toContain('id: y1')
  const again = await app.call('dave', 'POST', '/workflows:validate', {
    raw: exported.body,
    headers: { 'content-type': 'application/yaml' },
  })
  expect(again.body).toEqual({ issues: [] })
})

test('an invalid document is 422 with every pointer', async () => {
  const { app } = await setup()

  const reply = await app.call('alice', 'POST', '/workflows', {
    body: {
      apiVersion: 'slipway/v1',
      kind: 'Workflow',
      id: '1x',
      nmae: 'x',
      tasks: [{ key: 'a', type: 'shell' }],
    },
  })

  expect(reply).toMatchObject({ status: 422, body: { code: 'workflow.invalid' } })
  expect(reply.body.issues.map((issue: { pointer: string }) => issue.pointer).sort()).toEqual([
    '/id',
    '/name',
    '/nmae',
    '/tasks/0/script',
  ])
})

test('an id is used once, even after the workflow is gone', async () => {
  const { app } = await withWorkflow()
  await app.call('alice', 'DELETE', '/workflows/daily_orders')

  const gone = await app.call('dave', 'GET', '/workflows/daily_orders')
  const again = await app.call('alice', 'POST', '/workflows', { body: ordersDocument() })

  expect(gone.status).toBe(404)
  expect(again).toMatchObject({ status: 409, body: { code: 'workflow.exists' } })
})

test('the same Idempotency-Key makes one workflow, another request under it is refused', async () => {
  const { app } = await setup()
  const headers = { 'idempotency-key': 'k1' }

  const replies = await Promise.all(
    [1, 2, 3].map(() =>
      app.call('alice', 'POST', '/workflows', { body: ordersDocument(), headers }),
    ),
  )
  const other = await app.call('alice', 'POST', '/workflows', {
    body: ordersDocument({ id: 'other' }),
    headers,
  })

  expect(replies.map((reply) => reply.status)).toEqual([201, 201, 201])
  expect(other).toMatchObject({ status: 409, body: { code: 'idempotency.key_reused' } })
})

test('a draft is saved over what was read, and not over what was not', async () => {
  const { app, etag } = await withWorkflow()

  const mine = await app.call('alice', 'PUT', '/workflows/daily_orders', {
    body: changed('echo mine'),
    headers: { 'if-match': etag },
  })
  const theirs = await app.call('alice', 'PUT', '/workflows/daily_orders', {
    body: changed('echo theirs'),
    headers: { 'if-match': etag },
  })
  const blind = await app.call('alice', 'PUT', '/workflows/daily_orders', {
    body: changed('echo blind'),
  })

  expect(mine.status).toBe(200)
  expect(theirs).toMatchObject({
    status: 409,
    body: {
      code: 'workflow.stale_draft',
      current_etag: mine.headers.get('etag'),
      difference: { mine: { is_empty: false } },
    },
  })
  expect(blind).toMatchObject({ status: 422, body: { issues: [{ pointer: '/header/if-match' }] } })
})

test('faults of the meaning are saved, shown, and block the version', async () => {
  const { app, etag } = await withWorkflow()
  const body = {
    ...ordersDocument(),
    tasks: [{ key: 'a', type: 'shell', script: 'x', needs: ['nobody'] }],
  }

  const saved = await app.call('alice', 'PUT', '/workflows/daily_orders', {
    body,
    headers: { 'if-match': etag },
  })
  const version = await app.call('alice', 'POST', '/workflows/daily_orders/versions', { body: {} })

  expect(saved).toMatchObject({
    status: 200,
    body: { issues: [{ pointer: '/tasks/0/needs/0', code: 'definition.unknown_need' }] },
  })
  expect(version).toMatchObject({
    status: 422,
    body: { code: 'workflow.invalid', issues: [{ pointer: '/tasks/0/needs/0' }] },
  })
})

test('versions are numbered without holes, however many are made at once', async () => {
  const { app } = await withWorkflow()
  for (let n = 0; n < 4; n++) {
    await app.call('alice', 'PUT', '/workflows/daily_orders', {
      body: changed(`echo ${n}`),
      headers: { 'if-match': '*' },
    })
    await Promise.all(
      Array.from({ length: 5 }, () =>
        app.call('alice', 'POST', '/workflows/daily_orders/versions', {
          body: { note: String(n) },
        }),
      ),
    )
  }

  const { body } = await app.call('dave', 'GET', '/workflows/daily_orders/versions')

  expect(
    body.items.map((item: { version: number; note: string }) => [item.version, item.note]),
  ).toEqual([
    [4, '3'],
    [3, '2'],
    [2, '1'],
    [1, '0'],
  ])
})

test('content equal to the newest version makes none', async () => {
  const { app } = await withWorkflow()
  await app.call('alice', 'POST', '/workflows/daily_orders/versions', { body: {} })

  expect(
    await app.call('alice', 'POST', '/workflows/daily_orders/versions', { body: {} }),
  ).toMatchObject({ status: 409, body: { code: 'version.unchanged', version: 1 } })
})

test('a rollback is a new version with the old digest, and the draft follows', async () => {
  const { app } = await withWorkflow()
  const first = await app.call('alice', 'POST', '/workflows/daily_orders/versions', {
    body: { note: 'one' },
  })
  await app.call('alice', 'PUT', '/workflows/daily_orders', {
    body: changed('echo two'),
    headers: { 'if-match': '*' },
  })
  await app.call('alice', 'POST', '/workflows/daily_orders/versions', { body: { note: 'two' } })

  const back = await app.call('alice', 'POST', '/workflows/daily_orders/versions/1:rollback', {
    body: { note: 'back' },
  })

  expect(back).toMatchObject({
    status: 201,
    body: { version: 3, rolled_back_from: 1, digest: first.body.digest },
  })
  const diff = await app.call('dave', 'GET', '/workflows/daily_orders/diff?from=v1&to=draft')
  expect(diff.body).toMatchObject({ diff: { is_empty: true }, text: 'no changes\n' })
})

test('any two are compared: versions, the draft, and what the engine holds', async () => {
  const { app } = await withWorkflow()
  await app.call('alice', 'POST', '/workflows/daily_orders/versions', { body: {} })
  const plan = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: { environment: 'prod', operation: 'deploy' },
  })
  await app.call('alice', 'POST', '/workflows/daily_orders/publications', {
    body: { environment: 'prod', operation: 'deploy', plan_digest: plan.body.plan_digest },
  })
  await app.runJobs(2)
  await app.call('alice', 'PUT', '/workflows/daily_orders', {
    body: changed('echo new'),
    headers: { 'if-match': '*' },
  })

  const draft = await app.call('dave', 'GET', '/workflows/daily_orders/diff?from=v1&to=draft')
  const live = await app.call('dave', 'GET', '/workflows/daily_orders/diff?from=live:prod&to=v1')
  const fresh = await app.call(
    'dave',
    'GET',
    '/workflows/daily_orders/diff?from=live:prod&to=v1&fresh=true',
  )
  const nonsense = await app.call('dave', 'GET', '/workflows/daily_orders/diff?from=x&to=v1')

  expect(draft.body.text).toBe(
    '- task load (shell)\n~ task extract script: "echo extract" → "echo new"\n- extract → load\n',
  )
  expect(live.body).toMatchObject({
    as_of: expect.any(String),
    diff: { tasks: { added: [], removed: [], renamed: [], changed: [] } },
  })
  expect(fresh.body.diff.tasks).toEqual(live.body.diff.tasks)
  expect(nonsense).toMatchObject({ status: 422, body: { issues: [{ pointer: '/query/from' }] } })
})

test('the graph has the start and the end as nodes', async () => {
  const { app } = await withWorkflow()

  const { body } = await app.call('dave', 'GET', '/workflows/daily_orders/graph')

  expect(body.nodes.map((node: { node_id: string }) => node.node_id)).toEqual([
    'workflow_start',
    'extract',
    'load',
    'workflow_end',
  ])
  expect(body.edges).toEqual([
    { from: 'workflow_start', to: 'extract' },
    { from: 'extract', to: 'load' },
    { from: 'load', to: 'workflow_end' },
  ])
})

test('pages skip and repeat nothing while others write', async () => {
  const { app, installation } = await setup()
  for (let n = 0; n < 7; n++) {
    installation.clock.advance(1_000)
    await app.call('alice', 'POST', '/workflows', { body: ordersDocument({ id: `w${n}` }) })
  }
  const seen: string[] = []
  let cursor = ''

  for (let page = 0; page < 10; page++) {
    const { body } = await app.call('dave', 'GET', `/workflows?limit=2${cursor}`)
    seen.push(...body.items.map((item: { workflow_id: string }) => item.workflow_id))
    installation.clock.advance(1_000)
    await app.call('alice', 'POST', '/workflows', { body: ordersDocument({ id: `late${page}` }) })
    if (body.next_cursor === null) break
    cursor = `&cursor=${body.next_cursor}`
  }

  expect(seen).toEqual(['w6', 'w5', 'w4', 'w3', 'w2', 'w1', 'w0'])
  expect(await app.call('dave', 'GET', '/workflows?cursor=nonsense')).toMatchObject({
    status: 422,
    body: { code: 'cursor.invalid' },
  })
})
