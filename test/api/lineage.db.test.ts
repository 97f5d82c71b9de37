import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { createInstallation } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

const setup = async (): Promise<TestApp> => createTestApp(await createInstallation(db))

const sql = (key: string, text: string, more: object = {}) => ({
  key,
  type: 'sql',
  datasource: 'warehouse',
  sql: text,
  ...more,
})
const shell = (key: string, more: object = {}) => ({ key, type: 'shell', script: 'true', ...more })
const waitFor = (key: string, workflow: string, more: object = {}) => ({
  key,
  type: 'dependent',
  ...more,
  groups: [{ items: [{ workflow, cycle: 'day', date: 'today' }] }],
})

/** A workflow whose newest version has these tasks. */
async function make(app: TestApp, id: string, tasks: readonly object[]): Promise<void> {
  const body = { apiVersion: 'slipway/v1', kind: 'Workflow', id, name: id.toUpperCase(), tasks }
  const created = await app.call('alice', 'POST', '/workflows', { body })
  if (created.status === 409) {
    const headers = { 'if-match': '*' }
    await app.call('alice', 'PUT', `/workflows/${id}`, { body, headers })
  }
  const version = await app.call('alice', 'POST', `/workflows/${id}/versions`, { body: {} })
  expect(version.status).toBe(201)
}

interface Node {
  readonly workflow_id: string
  readonly task_key: string | null
}
type Listed = Node & { readonly datasets_state: string }
interface Edge {
  readonly from: Node
  readonly to: Node
  readonly origin: string
  readonly dataset: string | null
}

const tasks = async (app: TestApp, query: string, who = 'dave') => {
  const { status, body } = await app.call(who, 'GET', `/tasks?${query}`)
  expect({ status, body }).toMatchObject({ status: 200 })
  return body.items.map((task: Listed) => `${task.workflow_id}/${task.task_key}`)
}
const lineage = async (app: TestApp, id: string) =>
  (await app.call('dave', 'GET', `/workflows/${id}/lineage`)).body
const edgesOf = (body: { edges: readonly Edge[] }) =>
  body.edges
    .map(
      ({ from, to, origin, dataset }) =>
        `${from.workflow_id}/${from.task_key ?? '*'} -${origin}${dataset === null ? '' : `:${dataset}`}-> ${to.workflow_id}/${to.task_key}`,
    )
    .sort()

/** `ods` makes ods.o, `dwd` makes dwd.o of it, `ads` reads that and waits for `dwd`. */
async function makeChain(app: TestApp): Promise<void> {
  await make(app, 'ods', [
    shell('extract', { writes: ['ods.o'], owner: 'bob' }),
    shell('check', { needs: ['extract'] }),
  ])
  await make(app, 'dwd', [sql('load', 'INSERT INTO dwd.o SELECT * FROM ODS.o')])
  await make(app, 'ads', [
    waitFor('wait', 'dwd'),
    sql('report', 'INSERT INTO ads.r SELECT * FROM dwd.o', { needs: ['wait'] }),
  ])
}

test('tasks are found by workflow, owner, type, dataset and words', async () => {
  const app = await setup()
  await makeChain(app)

  expect(await tasks(app, 'workflow_id=ads')).toEqual(['ads/report', 'ads/wait'])
  expect(await tasks(app, 'owner=bob')).toEqual(['ods/extract'])
  expect(await tasks(app, 'type=sql')).toEqual(['ads/report', 'dwd/load'])
  expect(await tasks(app, 'reads=ods.O')).toEqual(['dwd/load'])
  expect(await tasks(app, 'writes=ods.o')).toEqual(['ods/extract'])
  expect(await tasks(app, 'search=REPO')).toEqual(['ads/report'])
  expect(await tasks(app, 'type=sql&writes=dwd.o&workflow_id=ads')).toEqual([])
})

test('a task shows what it reads and writes, and where that is from', async () => {
  const app = await setup()
  await makeChain(app)
  await make(app, 'odd', [sql('broken', 'CALL refresh()'), shell('plain')])

  const { body } = await app.call('dave', 'GET', '/tasks?workflow_id=dwd')
  const odd = await app.call('dave', 'GET', '/tasks?workflow_id=odd')

  expect(body).toEqual({
    items: [
      {
        workflow_id: 'dwd',
        task_key: 'load',
        version: 1,
        name: 'load',
        type: 'sql',
        owner: null,
        is_disabled: false,
        datasets_state: 'known',
        reads: [{ dataset: 'ODS.o', origin: 'sql' }],
        writes: [{ dataset: 'dwd.o', origin: 'sql' }],
        node_attrs: expect.objectContaining({ key: 'load', datasource: 'warehouse' }),
      },
    ],
    next_cursor: null,
  })
  expect(odd.body.items.map((task: Listed) => [task.task_key, task.datasets_state])).toEqual([
    ['broken', 'unknown'],
    ['plain', 'known'],
  ])
})

test('neighbours are found across workflows, as far away as asked', async () => {
  const app = await setup()
  await makeChain(app)

  expect(await tasks(app, 'upstream_of=ads/report')).toEqual(['ads/wait', 'dwd/load'])
  expect(await tasks(app, 'upstream_of=ads/report&depth=5')).toEqual([
    'ads/wait',
    'dwd/load',
    'ods/extract',
  ])
  expect(await tasks(app, 'downstream_of=ods/extract')).toEqual(['dwd/load', 'ods/check'])
  expect(await tasks(app, 'downstream_of=dwd/load')).toEqual(['ads/report', 'ads/wait'])
  expect(await tasks(app, 'upstream_of=ads/report&downstream_of=ods/extract&depth=9')).toEqual([
    'ads/wait',
    'dwd/load',
  ])
  expect(await tasks(app, 'upstream_of=ads/report&depth=5&type=shell')).toEqual(['ods/extract'])
})

test('a circle over workflows ends', async () => {
  const app = await setup()
  await make(app, 'one', [shell('a', { reads: ['x'], writes: ['y'] })])
  await make(app, 'two', [shell('b', { reads: ['y'], writes: ['x'] })])

  expect(await tasks(app, 'upstream_of=one/a&depth=20')).toEqual(['one/a', 'two/b'])
  expect(edgesOf(await lineage(app, 'one'))).toEqual([
    'one/a -inferred:y-> two/b',
    'two/b -inferred:x-> one/a',
  ])
})

test('pages hold every task once while versions are made', async () => {
  const app = await setup()
  const keys = Array.from({ length: 12 }, (_, n) => `t${String(n).padStart(2, '0')}`)
  const list = keys.map((key) => shell(key))
  await make(app, 'many', list)

  const seen: string[] = []
  let cursor = ''
  for (let page = 0; page < 10; page++) {
    const { body } = await app.call('dave', 'GET', `/tasks?limit=5${cursor}`)
    seen.push(...body.items.map((task: Listed) => task.task_key))
    if (body.next_cursor === null) break
    cursor = `&cursor=${body.next_cursor}`
    await make(app, 'many', [...list, shell(`a${page}`)])
  }

  expect(seen).toEqual(keys)
  expect((await app.call('dave', 'GET', '/tasks?limit=5&cursor=x')).status).toBe(422)
})

test('neighbours come in pages as well', async () => {
  const app = await setup()
  await make(app, 'wide', [
    shell('z', { writes: ['x'] }),
    ...Array.from({ length: 5 }, (_, n) => shell(`r${n}`, { reads: ['x'] })),
  ])
  const path = '/tasks?downstream_of=wide/z&limit=3'

  const first = await app.call('dave', 'GET', path)
  const second = await app.call('dave', 'GET', `${path}&cursor=${first.body.next_cursor}`)

  expect(first.body.items.map((task: Listed) => task.task_key)).toEqual(['r0', 'r1', 'r2'])
  expect(second.body.items.map((task: Listed) => task.task_key)).toEqual(['r3', 'r4'])
  expect(second.body.next_cursor).toBeNull()
})

test('lineage shows each edge with its origin, and what no task waits for', async () => {
  const app = await setup()
  await makeChain(app)

  const dwd = await lineage(app, 'dwd')

  expect(edgesOf(dwd)).toEqual([
    'dwd/* -dependent-> ads/wait',
    'dwd/load -inferred:dwd.o-> ads/report',
    'ods/extract -inferred:ods.o-> dwd/load',
  ])
  expect(dwd.nodes.map((node: Listed) => `${node.workflow_id}/${node.task_key}`)).toEqual([
    'dwd/load',
    'ads/report',
    'ads/wait',
    'ods/extract',
  ])
  const open = { note: null, decided_by: null, decided_at: null }
  expect(dwd).toMatchObject({
    workflow_id: 'dwd',
    version: 1,
    is_complete: true,
    is_truncated: false,
    upstream: [
      {
        workflow_id: 'ods',
        name: 'ODS',
        is_covered: false,
        datasets: [{ dataset: 'ODS.o', state: 'unconfirmed', ...open }],
      },
    ],
    downstream: [
      {
        workflow_id: 'ads',
        name: 'ADS',
        is_covered: true,
        datasets: [{ dataset: 'dwd.o', state: 'covered', ...open }],
      },
    ],
    unconfirmed: [{ upstream_workflow_id: 'ods', upstream_name: 'ODS', datasets: ['ODS.o'] }],
  })
  expect((await lineage(app, 'ads')).unconfirmed).toEqual([])
})

test('a sub-workflow is in order with the one that runs it', async () => {
  const app = await setup()
  await make(app, 'child', [shell('c', { reads: ['in'], writes: ['out'] })])
  await make(app, 'parent', [
    shell('before', { writes: ['in'] }),
    { key: 'run', type: 'sub_workflow', workflow: 'child', needs: ['before'] },
    shell('after', { reads: ['out'], needs: ['run'] }),
  ])

  expect((await lineage(app, 'parent')).unconfirmed).toEqual([])
  expect((await lineage(app, 'child')).unconfirmed).toEqual([])
  expect(await tasks(app, 'upstream_of=parent/run')).toEqual(['child/c', 'parent/before'])
})

const decide = (app: TestApp, verb: string, body: object, who = 'alice') =>
  app.call(who, 'POST', `/workflows/dwd/lineage:${verb}`, { body })

test('a person confirms or dismisses a dependency, and the last word counts', async () => {
  const app = await setup()
  await makeChain(app)

  const confirmed = await decide(app, 'confirm', { upstream_workflow_id: 'ods', note: 'known' })
  const dismissed = await decide(app, 'dismiss', {
    upstream_workflow_id: 'ods',
    datasets: ['ods.O'],
  })

  expect(confirmed.body).toMatchObject({
    unconfirmed: [],
    upstream: [{ datasets: [{ state: 'confirmed', note: 'known', decided_by: 'alice' }] }],
  })
  expect(dismissed.body).toMatchObject({
    unconfirmed: [],
    upstream: [{ datasets: [{ state: 'dismissed', note: '' }] }],
  })
  expect(edgesOf(dismissed.body)).not.toContain('ods/extract -inferred:ods.o-> dwd/load')
  expect(await tasks(app, 'upstream_of=dwd/load')).toEqual([])
})

test('what is decided is audited', async () => {
  const installation = await createInstallation(db)
  const app = await createTestApp(installation)
  await makeChain(app)

  await decide(app, 'confirm', { upstream_workflow_id: 'ods', note: 'known' })

  const [event] = await db
    .selectFrom('audit_event')
    .select(['actor_name', 'subject_id', 'before_json', 'after_json'])
    .where('org_id', '=', installation.at.orgId)
    .where('action', '=', 'lineage.confirm')
    .execute()
  expect(event).toMatchObject({ actor_name: 'alice', subject_id: 'dwd' })
  expect(JSON.parse(event?.before_json ?? '')).toEqual([{ dataset: 'ODS.o', decision: null }])
  expect(JSON.parse(event?.after_json ?? '')).toEqual({
    upstream_workflow_id: 'ods',
    datasets: ['ODS.o'],
    note: 'known',
  })
})

test('a dataset that comes later is asked about anew', async () => {
  const app = await setup()
  await makeChain(app)
  await decide(app, 'confirm', { upstream_workflow_id: 'ods' })

  await make(app, 'ods', [shell('extract', { writes: ['ods.o', 'ods.p'] })])
  await make(app, 'dwd', [sql('load', 'INSERT INTO dwd.o SELECT * FROM ods.o JOIN ods.p')])

  expect((await lineage(app, 'dwd')).unconfirmed).toEqual([
    { upstream_workflow_id: 'ods', upstream_name: 'ODS', datasets: ['ods.p'] },
  ])
})

test.each([
  [{ upstream_workflow_id: 'ads' }, 404, 'lineage.no_dependency'],
  [{ upstream_workflow_id: 'nothing' }, 404, 'lineage.no_dependency'],
  [{ upstream_workflow_id: 'ods', datasets: ['ods.o', 'x'] }, 404, 'lineage.no_dependency'],
  [{}, 422, 'request.invalid'],
])('deciding about %o is refused', async (body, status, code) => {
  const app = await setup()
  await makeChain(app)

  expect(await decide(app, 'confirm', body)).toMatchObject({ status, body: { code } })
})

test('a dependency that a task waits for needs no decision', async () => {
  const app = await setup()
  await makeChain(app)

  const reply = await app.call('alice', 'POST', '/workflows/ads/lineage:dismiss', {
    body: { upstream_workflow_id: 'dwd' },
  })

  expect(reply).toMatchObject({ status: 409, body: { code: 'lineage.covered' } })
})

const reader = (needs: readonly string[], key = 'read', datasets = ['x']) =>
  shell(key, { reads: datasets, needs })

test.each([
  ['it stands beside the reader', false, [waitFor('wait', 'up'), reader([])]],
  ['it comes after the reader', false, [reader([]), waitFor('wait', 'up', { needs: ['read'] })]],
  ['it is disabled', false, [waitFor('wait', 'up', { disabled: true }), reader(['wait'])]],
  [
    'one of two readers is not after it',
    false,
    [waitFor('wait', 'up'), reader(['wait']), reader([], 'other')],
  ],
  [
    'it is needed far before',
    true,
    [waitFor('wait', 'up'), shell('between', { needs: ['wait'] }), reader(['between'])],
  ],
  [
    'a disabled task stands between',
    true,
    [waitFor('wait', 'up'), shell('off', { needs: ['wait'], disabled: true }), reader(['off'])],
  ],
  [
    'a disabled reader is not after it',
    true,
    [waitFor('wait', 'up'), reader(['wait']), { ...reader([], 'off'), disabled: true }],
  ],
])('a task waits; %s, so that covered is %s', async (_, isCovered, dependants) => {
  const app = await setup()
  await make(app, 'up', [shell('write', { writes: ['X'] })])
  await make(app, 'down', dependants)

  const [down, up] = [await lineage(app, 'down'), await lineage(app, 'up')]
  const decided = await app.call('alice', 'POST', '/workflows/down/lineage:confirm', {
    body: { upstream_workflow_id: 'up' },
  })

  expect(down).toMatchObject({ upstream: [{ workflow_id: 'up', is_covered: isCovered }] })
  expect(up).toMatchObject({ downstream: [{ workflow_id: 'down', is_covered: isCovered }] })
  expect(down.unconfirmed).toHaveLength(isCovered ? 0 : 1)
  expect(decided.status).toBe(isCovered ? 409 : 200)
})

test('of two datasets the one that is read too early is left to decide', async () => {
  const app = await setup()
  await make(app, 'up', [shell('write', { writes: ['x', 'y'] })])
  await make(app, 'down', [waitFor('wait', 'up'), reader(['wait']), reader([], 'early', ['y'])])
  const confirm = async (body: object) =>
    app.call('alice', 'POST', '/workflows/down/lineage:confirm', {
      body: { upstream_workflow_id: 'up', ...body },
    })

  const named = await confirm({ datasets: ['x', 'y'] })
  const rest = await confirm({})

  expect(named).toMatchObject({ status: 409, body: { code: 'lineage.covered' } })
  expect(rest.body.upstream).toMatchObject([
    { is_covered: false, datasets: [{ state: 'covered' }, { state: 'confirmed' }] },
  ])
})

test('only authors decide', async () => {
  const app = await setup()
  await makeChain(app)

  const reply = await decide(app, 'confirm', { upstream_workflow_id: 'ods' }, 'dave')

  expect(reply.status).toBe(403)
})

test('a rollback brings back the tasks of the old version', async () => {
  const app = await setup()
  await make(app, 'w', [shell('old', { writes: ['x'] })])
  await make(app, 'w', [shell('fresh')])

  await app.call('alice', 'POST', '/workflows/w/versions/1:rollback', { body: {} })

  expect(await tasks(app, 'workflow_id=w')).toEqual(['w/old'])
  expect(await tasks(app, 'writes=x')).toEqual(['w/old'])
})

test('a deleted workflow vanishes, and so does what it had to do with others', async () => {
  const app = await setup()
  await makeChain(app)

  await app.call('alice', 'DELETE', '/workflows/ods')

  expect(await tasks(app, 'workflow_id=ods')).toEqual([])
  expect(await lineage(app, 'dwd')).toMatchObject({ upstream: [], unconfirmed: [] })
  expect(await tasks(app, 'upstream_of=dwd/load')).toEqual([])
  expect((await app.call('dave', 'GET', '/workflows/ods/lineage')).status).toBe(404)
})

test('another organization sees nothing, and what it names the same is not the same', async () => {
  const [here, there] = [await setup(), await setup()]
  await makeChain(here)
  await make(there, 'mine', [shell('a', { reads: ['dwd.o'] })])

  expect(await tasks(there, 'limit=200')).toEqual(['mine/a'])
  expect(edgesOf(await lineage(there, 'mine'))).toEqual([])
  expect((await there.call('dave', 'GET', '/workflows/dwd/lineage')).status).toBe(404)
  expect((await there.call('dave', 'GET', '/tasks?upstream_of=dwd/load')).status).toBe(404)
  expect(
    await there.call('alice', 'POST', '/workflows/mine/lineage:confirm', {
      body: { upstream_workflow_id: 'dwd' },
    }),
  ).toMatchObject({ status: 404 })
})

test.each([
  ['upstream_of=a', 422],
  ['upstream_of=a/b', 404],
  ['depth=21', 422],
  ['limit=0', 422],
  ['state=x', 422],
  ['reads=', 422],
])('GET /tasks?%s answers %i', async (query, status) => {
  const app = await setup()

  expect((await app.call('dave', 'GET', `/tasks?${query}`)).status).toBe(status)
})
