import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import {
  addVersion,
  createInstallation,
  ordersDocument,
  type Installation,
} from '#test/support/installation.ts'
import { seedDeployment } from '#test/support/seed-deployment.ts'

const { db } = await useTestDatabase()
let installation: Installation
let app: TestApp

beforeAll(async () => {
  installation = await createInstallation(db)
  app = await createTestApp(installation)
  await secondEnvironment()
  const make = (id: string, change: Parameters<typeof ordersDocument>[0] = {}) =>
    addVersion(installation, ordersDocument({ id, name: id, ...change }))
  await app.call('alice', 'POST', '/workflows', {
    body: ordersDocument({ id: 'draft_only', name: '每日订单汇总', owner: 'bob' }),
  })
  await make('nowhere', { name: 'Überfällig', description: 'Collects what is 50% late' })
  await make('online', { tags: ['nightly'], name: String.raw`back\slash 'and' "quotes"` })
  await make('offline', { name: 'under_score', description: 'per_cent' })
  await make('drifted', {
    tags: ['nightly'],
    tasks: [{ key: 'ask', type: 'http', url: 'http://a' }],
  })
  await make('unseen')
  await seedDeployment(installation, 'online')
  await seedDeployment(installation, 'offline', { is_online: false })
  await seedDeployment(installation, 'drifted', { drift_state: 'drifted' })
  await seedDeployment(installation, 'drifted', {
    deployment_id: 'dep_drifted_2',
    environment_id: 'env_second',
    is_online: false,
  })
  await seedDeployment(installation, 'unseen', { environment_id: 'env_second', drift_state: null })
  await db
    .insertInto('environment_drift')
    .values({
      org_id: installation.at.orgId,
      environment_id: 'env_second',
      last_error: '{"message":"no answer","at":"2026-03-01T00:00:00.000Z"}',
      updated_at: new Date('2026-03-01T00:00:00.000Z'),
    })
    .execute()
})

async function secondEnvironment(): Promise<void> {
  const first = await db
    .selectFrom('engine_environment')
    .selectAll()
    .where('org_id', '=', installation.at.orgId)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('engine_environment')
    .values({ ...first, environment_id: 'env_second', name: 'second', project_code: '7' })
    .execute()
}

async function idsOf(filter: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const query = new URLSearchParams(filter).toString()
  const { status, body } = await app.call('dave', 'GET', `/workflows?${query}`)
  expect(status).toBe(200)
  return body.items.map((item: { readonly workflow_id: string }) => item.workflow_id)
}

test.each([
  [{}, ['draft_only', 'drifted', 'nowhere', 'offline', 'online', 'unseen']],
  [{ state: 'draft' }, ['draft_only']],
  [{ state: 'versioned' }, ['nowhere']],
  [{ state: 'deployed' }, ['drifted', 'offline', 'online', 'unseen']],
  [{ state: 'online' }, ['drifted', 'online', 'unseen']],
  [{ state: 'offline' }, ['drifted', 'offline']],
  [{ environment: 'second' }, ['drifted', 'unseen']],
  [{ environment: 'env_second' }, ['drifted', 'unseen']],
  [{ state: 'online', environment: 'second' }, ['unseen']],
  [{ state: 'versioned', environment: 'second' }, ['nowhere', 'offline', 'online']],
  [{ drift: 'in_sync' }, ['drifted', 'offline', 'online']],
  [{ drift: 'drifted' }, ['drifted']],
  [{ drift: 'drifted', environment: 'second' }, []],
  [{ drift: 'missing' }, []],
  [{ drift: 'unknown' }, ['unseen']],
  [{ drift: 'unreachable' }, ['drifted', 'unseen']],
  [{ drift: 'unreachable', environment: 'prod' }, []],
  [{ type: 'http' }, ['drifted']],
  [{ type: 'shell', state: 'online' }, ['online', 'unseen']],
  [{ tag: 'nightly' }, ['drifted', 'online']],
  [{ owner: 'bob' }, ['draft_only']],
  [
    { tag: 'nightly', type: 'http', state: 'online', drift: 'drifted', owner: 'alice' },
    ['drifted'],
  ],
  [{ tag: 'nightly', type: 'http', search: 'ONLINE' }, []],
] as const)('workflows by %j', async (filter, ids) => {
  expect(await idsOf(filter)).toEqual(ids)
})

test.each([
  ['NOWHERE', ['nowhere']],
  ['überFÄLLIG', ['nowhere']],
  ['订', ['draft_only']],
  ['单汇总', ['draft_only']],
  ['单 汇', []],
  ['COLLECTS WHAT', ['nowhere']],
  ['50%', ['nowhere']],
  ['%', ['nowhere']],
  ['_', ['draft_only', 'offline']],
  ['r_c', ['offline']],
  ['\\', ['online']],
  ["'and'", ['online']],
  ['"', ['online']],
  ["' OR 1=1 -- ", []],
  ['o', ['draft_only', 'nowhere', 'offline', 'online']],
  [' ', ['nowhere', 'online']],
  ['😀', []],
] as const)('a search for %j is taken literally, in any case', async (search, ids) => {
  expect(await idsOf({ search })).toEqual(ids)
})

test('what is renamed is found by its new name in the same moment', async () => {
  await addVersion(installation, ordersDocument({ id: 'unseen', name: 'Renamed' }))

  expect([await idsOf({ search: 'renamed' }), await idsOf({ search: 'unseen' })]).toEqual([
    ['unseen'],
    ['unseen'],
  ])
})

test('tasks are searched the same way', async () => {
  await addVersion(
    installation,
    ordersDocument({
      id: 'nowhere',
      tasks: [
        { key: 'a_1', name: '清洗 100%', type: 'shell', script: 'true' },
        { key: 'b', name: 'Load', type: 'shell', script: 'true', owner: 'bob' },
      ],
    }),
  )
  const keysOf = async (search: string): Promise<readonly string[]> => {
    const query = new URLSearchParams({ workflow_id: 'nowhere', search }).toString()
    const { body } = await app.call('dave', 'GET', `/tasks?${query}`)
    return body.items.map((item: { readonly task_key: string }) => item.task_key)
  }

  expect(await Promise.all(['洗', '0%', '_', 'LOAD', '%', 'a%1'].map(keysOf))).toEqual([
    ['a_1'],
    ['a_1'],
    ['a_1'],
    ['b'],
    ['a_1'],
    [],
  ])
})

test.each([
  ['were not gathered yet', sql`task_text = NULL`],
  ['are those of an earlier version', sql`task_text = 'other', reader_revision = 1`],
])('tasks of a workflow whose words %s are found as well', async (_, state) => {
  await sql`
    UPDATE workflow_projection SET ${state} WHERE org_id = ${installation.at.orgId}
  `.execute(db)

  const { body } = await app.call('dave', 'GET', '/tasks?search=ASK&type=http')

  expect(body.items).toMatchObject([{ workflow_id: 'drifted', task_key: 'ask' }])
})

test('deployments are filtered by drift as workflows are', async () => {
  const list = async (query: string): Promise<readonly string[]> => {
    const { body } = await app.call('dave', 'GET', `/deployments?${query}`)
    return body.items.map((item: { readonly deployment_id: string }) => item.deployment_id)
  }

  expect({
    drifted: await list('drift=drifted'),
    unknown: await list('drift=unknown'),
    unreachable: await list('drift=unreachable'),
    elsewhere: await list('drift=unreachable&environment=prod'),
  }).toEqual({
    drifted: ['dep_drifted'],
    unknown: ['dep_unseen'],
    unreachable: ['dep_drifted_2', 'dep_unseen'],
    elsewhere: [],
  })
})

test.each([
  ['/workflows?search=', '/query/search'],
  [`/workflows?search=${'x'.repeat(201)}`, '/query/search'],
  ['/workflows?search=a%0Ab', '/query/search'],
  ['/tasks?search=a%00', '/query/search'],
  ['/workflows?state=gone', '/query/state'],
  ['/workflows?drift=unmanaged', '/query/drift'],
  ['/workflows?sort=name', '/query/sort'],
  ['/workflows?tag=', '/query/tag'],
  ['/deployments?drift=odd', '/query/drift'],
])('%s is refused at %s', async (path, pointer) => {
  expect(await app.call('dave', 'GET', path)).toMatchObject({
    status: 422,
    body: { code: 'request.invalid', issues: [{ pointer }] },
  })
})

test.each(['/workflows', '/publications', '/runs', '/deployments'])(
  '%s of an environment that is not there is refused',
  async (path) => {
    expect(await app.call('dave', 'GET', `${path}?environment=none`)).toMatchObject({
      status: 404,
      body: { code: 'environment.not_found' },
    })
  },
)

test('a cursor is of one order', async () => {
  const { body } = await app.call('dave', 'GET', '/workflows?limit=1')

  expect(
    await app.call('dave', 'GET', `/workflows?sort=updated&cursor=${body.next_cursor}`),
  ).toMatchObject({ status: 422, body: { code: 'cursor.invalid' } })
})

interface Contract {
  readonly paths: Readonly<
    Record<
      string,
      { readonly get?: { readonly parameters?: readonly { readonly name: string }[] } }
    >
  >
}
const contract: Contract = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../openapi/openapi.json'), 'utf8'),
)
const LISTS = Object.entries(contract.paths)
  .filter(([, { get }]) => get?.parameters?.some(({ name }) => name === 'cursor'))
  .map(([path]) => path.slice('/api/v1'.length).replace('{workflow_id}', 'online'))

test.each(LISTS)('%s refuses a filter that it does not have', async (path) => {
  expect(await app.call('god', 'GET', `${path}?colour=red`)).toMatchObject({
    status: 422,
    body: {
      code: 'request.invalid',
      issues: [{ pointer: '/query/colour', message: 'unknown field "colour"' }],
    },
  })
})
