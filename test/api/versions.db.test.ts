import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { createInstallation, ordersDocument } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

const PATH = '/workflows/daily_orders'
const MORE = ordersDocument({
  tasks: [
    { key: 'extract', type: 'shell', script: 'echo extract more' },
    { key: 'check', type: 'shell', needs: ['extract'], script: 'echo check' },
    { key: 'load', type: 'shell', needs: ['check'], script: 'echo load' },
  ],
})

async function setup(): Promise<TestApp> {
  const app = await createTestApp(await createInstallation(db))
  await app.call('alice', 'POST', '/workflows', { body: ordersDocument() })
  return app
}

const snapshot = (app: TestApp, note = '', headers: Record<string, string> = {}) =>
  app.call('alice', 'POST', `${PATH}/versions`, { body: { note }, headers })
const save = (app: TestApp, document: unknown = MORE) =>
  app.call('alice', 'PUT', PATH, { body: document, headers: { 'if-match': '*' } })

test('a version holds the draft as it was, who made it, and what changed', async () => {
  const app = await setup()
  await snapshot(app, 'first')
  await save(app)

  const second = await snapshot(app, 'a check between')

  expect(second).toMatchObject({
    status: 201,
    body: {
      version: 2,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      author: 'alice',
      note: 'a check between',
      diff_summary: {
        tasks_added: 1,
        tasks_removed: 0,
        tasks_renamed: 0,
        tasks_changed: 1,
        edges_changed: 3,
        other_changes: 0,
      },
      rolled_back_from: null,
      definition: { tasks: [{ key: 'check' }, { key: 'extract' }, { key: 'load' }] },
    },
  })
  expect((await app.call('dave', 'GET', `${PATH}/versions/2`)).body).toEqual(second.body)
  const { body } = await app.call('dave', 'GET', `${PATH}/versions`)
  expect(body.items.map((item: { version: number }) => item.version)).toEqual([2, 1])
})

test('a version never changes, whatever becomes of the draft', async () => {
  const app = await setup()
  const first = await snapshot(app)

  await save(app)

  expect((await app.call('dave', 'GET', `${PATH}/versions/1`)).body).toEqual(first.body)
})

test('a draft that equals the newest version makes none', async () => {
  const app = await setup()
  await snapshot(app)

  expect(await snapshot(app)).toMatchObject({
    status: 409,
    body: { code: 'version.unchanged', version: 1 },
  })
})

test('of ten that make a version of the same draft at once, one does', async () => {
  const app = await setup()

  const replies = await Promise.all(Array.from({ length: 10 }, () => snapshot(app)))

  expect(replies.map((reply) => reply.status).sort((a, b) => a - b)).toEqual([
    201,
    ...Array<number>(9).fill(409),
  ])
})

test('ten that save and make a version at once number them without a hole', async () => {
  const app = await setup()

  const replies = await Promise.all(
    Array.from({ length: 10 }, async (_, n) => {
      await save(app, ordersDocument({ description: `number ${n}` }))
      return snapshot(app)
    }),
  )

  const made = replies.filter((reply) => reply.status === 201).map((reply) => reply.body.version)
  const { body } = await app.call('dave', 'GET', PATH)
  expect(made.toSorted((a, b) => a - b)).toEqual(made.map((_, n) => n + 1))
  expect(body).toMatchObject({ latest_version: made.length })
  expect(body.versions).toEqual(made.map((_, n) => made.length - n))
})

test('a repeat with the same key is the same version, with another note it is refused', async () => {
  const app = await setup()
  const key = { 'idempotency-key': 'once' }
  const first = await snapshot(app, 'a', key)

  const again = await snapshot(app, 'a', key)
  const other = await snapshot(app, 'b', key)

  expect([again.status, again.body]).toEqual([201, first.body])
  expect(other).toMatchObject({ status: 409, body: { code: 'idempotency.key_reused' } })
})

test('a rollback is a new version with the old content, and the draft is it', async () => {
  const app = await setup()
  const first = await snapshot(app)
  await save(app)
  await snapshot(app)

  const reply = await app.call('alice', 'POST', `${PATH}/versions/1:rollback`, {
    body: { note: 'back' },
  })

  expect(reply).toMatchObject({
    status: 201,
    body: { version: 3, rolled_back_from: 1, note: 'back', digest: first.body.digest },
  })
  expect((await app.call('dave', 'GET', PATH)).body.draft).toEqual(first.body.definition)
})

test('a rollback drops what is in no version only when it is told to', async () => {
  const app = await setup()
  await snapshot(app)
  await save(app)
  const rollBack = (query = '') =>
    app.call('alice', 'POST', `${PATH}/versions/1:rollback${query}`, { body: {} })

  const refused = await rollBack()
  const kept = (await app.call('dave', 'GET', PATH)).body.draft
  await snapshot(app)
  await save(app)
  const told = await rollBack('?overwrite_draft=true')
  await save(app)
  const unknown = await app.call('alice', 'POST', `${PATH}/versions/99:rollback`, { body: {} })

  expect(refused).toMatchObject({ status: 409, body: { code: 'workflow.stale_draft' } })
  expect(unknown).toMatchObject({ status: 404, body: { code: 'version.not_found' } })
  expect(kept.tasks).toHaveLength(3)
  expect(told).toMatchObject({ status: 201, body: { version: 3, rolled_back_from: 1 } })
})

test('a rollback to what is newest anyway changes nothing', async () => {
  const app = await setup()
  await snapshot(app)

  const reply = await app.call('alice', 'POST', `${PATH}/versions/1:rollback`, { body: {} })

  expect(reply).toMatchObject({ status: 409, body: { code: 'version.unchanged' } })
})

test('a difference says what changed, as fields and as text', async () => {
  const app = await setup()
  await snapshot(app)
  await save(app)

  const { body } = await app.call('dave', 'GET', `${PATH}/diff?from=v1&to=draft`)

  expect(body).toMatchObject({
    from: 'v1',
    to: 'draft',
    as_of: null,
    diff: {
      tasks: {
        added: [{ key: 'check' }],
        removed: [],
        renamed: [],
        changed: [{ key: 'extract', fields: [{ field: 'script' }] }],
      },
    },
  })
  expect(body.text).toContain('echo extract more')
})

test('a difference to what names nothing, or to a version that is not, is refused', async () => {
  const app = await setup()
  await snapshot(app)
  const diff = (from: string) => app.call('dave', 'GET', `${PATH}/diff?from=${from}&to=draft`)

  const nonsense = await diff('yesterday')
  const missing = await diff('v9')
  const nowhere = await diff('live:mars')
  const undeployed = await diff('live:prod')

  expect(nonsense).toMatchObject({ status: 422, body: { issues: [{ pointer: '/query/from' }] } })
  expect(missing).toMatchObject({ status: 404, body: { code: 'version.not_found' } })
  expect(nowhere).toMatchObject({ status: 404, body: { code: 'environment.not_found' } })
  expect(undeployed).toMatchObject({ status: 404, body: { code: 'deployment.not_found' } })
})

test('a graph has a start and an end around the tasks', async () => {
  const app = await setup()

  const { body } = await app.call('dave', 'GET', `${PATH}/graph`)

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

test('version numbers that are no numbers are 422, unknown ones 404', async () => {
  const app = await setup()

  const odd = await app.call('dave', 'GET', `${PATH}/versions/x`)
  const unknown = await app.call('dave', 'GET', `${PATH}/versions/1`)
  const body = await app.call('alice', 'POST', `${PATH}/versions`, { body: { nite: 'typo' } })

  expect(odd).toMatchObject({ status: 422, body: { issues: [{ pointer: '/param/version' }] } })
  expect(unknown).toMatchObject({ status: 404, body: { code: 'version.not_found' } })
  expect(body).toMatchObject({ status: 422, body: { code: 'request.invalid' } })
})

test('pages of versions are whole while new ones are made', async () => {
  const app = await setup()
  for (let n = 0; n < 7; n++) {
    await save(app, ordersDocument({ description: `number ${n}` }))
    await snapshot(app)
  }

  const seen: number[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { body } = await app.call('dave', 'GET', `${PATH}/versions?limit=3${query}`)
    seen.push(...body.items.map((item: { version: number }) => item.version))
    cursor = body.next_cursor
    await save(app, ordersDocument({ description: `after ${seen.length}` }))
    await snapshot(app)
  }

  expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1])
})
