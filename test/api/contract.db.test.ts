import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '#src/db/tables.ts'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import {
  addVersion,
  createInstallation,
  ordersDocument,
  type Installation,
} from '#test/support/installation.ts'

const Operation = z.looseObject({
  operationId: z.string(),
  tags: z.array(z.string()).optional(),
  'x-roles': z.array(z.string()).optional(),
  requestBody: z.looseObject({ required: z.boolean().optional() }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string() })),
})
const Contract = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) })
const contract = Contract.parse(
  JSON.parse(readFileSync(resolve(import.meta.dirname, '../../openapi/openapi.json'), 'utf8')),
)
const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
  path.startsWith('/api/v1')
    ? Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path: path.slice('/api/v1'.length),
        ...operation,
      }))
    : [],
)

/** A body that each writing operation accepts as far as its schema goes, so that the id decides. */
const BODIES: Readonly<Record<string, unknown>> = {
  createVersion: { note: '' },
  rollbackVersion: { note: '' },
  saveDraft: ordersDocument(),
  planPublication: { environment: 'prod', operation: 'deploy' },
  requestPublication: { environment: 'prod', operation: 'deploy', plan_digest: 'x' },
  startRun: {},
  changeMember: { display_name: 'hacked' },
  changeCluster: { name: 'hacked' },
  changeEnvironment: { name: 'hacked' },
  setEnvironmentPolicy: { approvals_required: 0 },
  changeInspectionRule: { name: 'hacked' },
  changeAlertChannel: { name: 'hacked' },
  matchImportItems: { items: 'same_name' },
  applyImport: { items: 'all' },
  confirmDependency: { upstream_workflow_id: 'other' },
  dismissDependency: { upstream_workflow_id: 'other' },
}

const TARGET = 'hush-hush'

const { db } = await useTestDatabase()
let mine: { readonly installation: Installation; readonly app: TestApp }
let theirs: { readonly installation: Installation; readonly app: TestApp }
let ids: Readonly<Record<string, string>>

beforeAll(async () => {
  mine = await organization()
  theirs = await organization()
  ids = await fill(mine)
})

async function organization() {
  const installation = await createInstallation(db)
  return { installation, app: await createTestApp(installation) }
}

/** One of everything in an organization; path parameter → its id. */
async function fill({ installation, app }: typeof mine): Promise<Readonly<Record<string, string>>> {
  await addVersion(installation, ordersDocument())
  const plan = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: { environment: 'prod', operation: 'deploy', online: true },
  })
  const publication = await app.call('alice', 'POST', '/workflows/daily_orders/publications', {
    body: {
      environment: 'prod',
      operation: 'deploy',
      online: true,
      plan_digest: plan.body.plan_digest,
    },
  })
  await app.runJobs(2)
  const run = await app.call('carol', 'POST', '/workflows/daily_orders/runs', { body: {} })
  await app.runJobs(6)
  const channel = await app.call('erin', 'POST', '/alert-channels', {
    body: {
      name: 'c',
      kind: 'feishu',
      target: { url: `https://open.feishu.cn/${TARGET}`, secret: TARGET },
    },
  })
  const route = await app.call('erin', 'POST', '/alert-routes', {
    body: { channel_id: channel.body.channel_id },
  })
  const members = await app.call('erin', 'GET', '/members')
  const tokens = await app.call('erin', 'GET', '/api-tokens')
  const rules = await app.call('erin', 'GET', '/inspection-rules')
  const clusters = await app.call('erin', 'GET', '/clusters')
  const deployments = await app.call('dave', 'GET', '/deployments')
  const imported = await app.call('alice', 'POST', '/environments/prod/imports')
  await db
    .insertInto('workflow_import_item')
    .values({
      org_id: installation.at.orgId,
      import_id: imported.body.import_id,
      item_no: 1,
      engine_code: '1',
      name: 'Mine',
      workflow_id: 'mine',
      state: 'listed',
      updated_at: new Date(),
    })
    .execute()
  const nodes = await app.call('dave', 'GET', `/runs/${run.body.run_id}/nodeRuns`)
  await db
    .insertInto('alert')
    .values({
      org_id: installation.at.orgId,
      alert_id: 'alr_mine',
      dedup_key: 'x',
      kind: 'test',
      severity: 'info',
      state: 'firing',
      title: 't',
      facts: '[]',
      prepare_attempts: 0,
      created_at: new Date(),
    })
    .execute()
  await db
    .insertInto('alert_delivery')
    .values({
      org_id: installation.at.orgId,
      delivery_id: 'dlv_mine',
      alert_id: 'alr_mine',
      channel_id: channel.body.channel_id,
      event: 'firing',
      state: 'dead',
      attempts: 1,
      created_at: new Date(),
    })
    .execute()
  return {
    workflow_id: 'daily_orders',
    version: '1',
    publication_id: publication.body.publication_id,
    run_id: run.body.run_id,
    node_run_id: nodes.body.items[0].node_run_id,
    environment_id: installation.environmentId,
    cluster_id: clusters.body.items[0].cluster_id,
    member_id: members.body.items[0].member_id,
    token_id: tokens.body.items[0].token_id,
    rule_id: rules.body.items[0].rule_id,
    channel_id: channel.body.channel_id,
    route_id: route.body.route_id,
    alert_id: 'alr_mine',
    delivery_id: 'dlv_mine',
    deployment_id: deployments.body.items[0].deployment_id,
    import_id: imported.body.import_id,
    item_no: '1',
  }
}

const TABLES: readonly (keyof Database)[] = [
  'org_member',
  'api_token',
  'engine_cluster',
  'engine_environment',
  'data_workflow',
  'workflow_version',
  'workflow_publish_record',
  'workflow_deployment',
  'workflow_instance_cache',
  'inspection_rule',
  'alert_channel',
  'alert_route',
  'alert',
  'alert_delivery',
  'workflow_deployment',
  'workflow_import',
  'workflow_import_item',
  'audit_event',
]

/** Every row of my organization; `last_used_at` of tokens moves by itself. */
async function dump(): Promise<string> {
  const rows: unknown[] = []
  for (const table of TABLES)
    rows.push(
      await db
        .selectFrom(table)
        .selectAll()
        .where('org_id', '=', mine.installation.at.orgId)
        .execute(),
    )
  return JSON.stringify(rows, (key, value: unknown) => (key === 'last_used_at' ? null : value))
}

function fillPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const id = ids[name]
    if (id === undefined)
      throw new Error(`the cross-organization walk knows no id for {${name}}: add one`)
    return id
  })
}

const withIds = operations.filter(({ path }) => path.includes('{'))

test.each(withIds)(
  '$method $path: another organization’s ids are not found, and nothing changes',
  async ({ method, path, operationId }) => {
    const before = await dump()
    const body = BODIES[operationId]
    const query = operationId === 'diffVersions' ? '?from=v1&to=draft' : ''

    const reply = await theirs.app.call('god', method, `${fillPath(path)}${query}`, {
      ...(body === undefined ? {} : { body }),
      headers: { 'if-match': '*' },
    })

    expect(reply.status).toBe(404)
    expect(await dump()).toBe(before)
  },
)

test('my own ids are found, so that the walk proves something', async () => {
  const found = withIds.filter(
    ({ method, path }) =>
      method === 'GET' && !path.includes(':') && !path.includes('/log') && !path.includes('/diff'),
  )

  const replies = await Promise.all(
    found.map(async ({ path }) => [
      path,
      (await mine.app.call('god', 'GET', fillPath(path))).status,
    ]),
  )

  expect(replies).toEqual(found.map(({ path }) => [path, 200]))
})

test.each(operations.filter(({ method, path }) => method === 'GET' && !path.includes('{')))(
  '$path lists nothing of another organization',
  async ({ path }) => {
    const reply = await theirs.app.call('god', 'GET', path)

    expect(reply.status).toBe(200)
    const text = JSON.stringify(reply.body)
    const foreign = Object.entries(ids).filter(
      ([name]) => !['workflow_id', 'version', 'item_no'].includes(name),
    )
    expect(foreign.filter(([, id]) => text.includes(id))).toEqual([])
  },
)

test.each(operations)(
  '$method $path answers 401 without a token and with a wrong one',
  async ({ method, path }) => {
    const statuses = [
      await mine.app.call('', method, fillPath(path)),
      await mine.app.call('slp_wrong', method, fillPath(path)),
    ].map((reply) => reply.status)

    expect(statuses).toEqual([401, 401])
  },
)

test.each(operations.filter((operation) => operation['x-roles']))(
  '$method $path is forbidden to a viewer',
  async ({ method, path, operationId }) => {
    const body = BODIES[operationId]
    const reply = await mine.app.call(
      'dave',
      method,
      fillPath(path),
      body === undefined ? {} : { body },
    )

    expect(reply).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } })
  },
)

test('every operation has a name of its own, one tag, and says how it fails', () => {
  const poor = operations.filter(
    ({ path, tags, responses }) =>
      tags?.length !== 1 ||
      !['400', '401', '403', '422'].every((status) => status in responses) ||
      (path.includes('{') && !('404' in responses)),
  )

  expect(poor.map(({ operationId }) => operationId)).toEqual([])
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
})

test('no answer shows a credential', async () => {
  const { app, installation } = mine
  const answers = await Promise.all(
    operations
      .filter(({ method }) => method === 'GET')
      .map(({ path }) => app.call('god', 'GET', fillPath(path))),
  )

  const text = JSON.stringify(answers.map(({ body }) => body))
  const secrets = [installation.simulator.token, TARGET, 'token_hash', 'token_box', 'target_box']
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
})

test('no operation takes a word in its query that it does not know', async () => {
  const before = await dump()

  const replies = await Promise.all(
    operations.map(async ({ method, path }) => {
      const { body } = await mine.app.call('god', method, `${fillPath(path)}?colour=red`)
      return { path, issues: body.issues }
    }),
  )

  const issue = { pointer: '/query/colour', message: 'unknown field "colour"' }
  const issues = expect.arrayContaining([expect.objectContaining(issue)])
  expect(replies).toEqual(operations.map(({ path }) => ({ path, issues })))
  expect(await dump()).toBe(before)
})

const withBody = operations.filter(({ requestBody }) => requestBody)

test.each(withBody)(
  '$method $path names the faults of a body at their places, and does nothing',
  async ({ method, path }) => {
    const before = await dump()

    const reply = await mine.app.call('god', method, fillPath(path), {
      body: { surprise: 1 },
      headers: { 'if-match': '*' },
    })

    expect(reply).toMatchObject({ status: 422, body: { issues: expect.any(Array) } })
    expect(
      reply.body.issues.every((issue: { pointer: string }) => /^\/./.test(issue.pointer)),
    ).toBe(true)
    expect(await dump()).toBe(before)
  },
)

test.each(withBody)(
  '$method $path does nothing with a body that is missing, broken or of another type',
  async ({ method, path }) => {
    const before = await dump()
    const send = async (raw: string, type: string) =>
      (
        await mine.app.call('god', method, fillPath(path), {
          raw,
          headers: { 'content-type': type, 'if-match': '*' },
        })
      ).status

    const statuses = [
      await send('{"a', 'application/json'),
      await send('[]', 'application/json'),
      await send('null', 'application/json'),
      await send('a=b', 'application/x-www-form-urlencoded'),
    ]

    expect(statuses).toEqual([400, 422, 422, 415])
    expect(await dump()).toBe(before)
  },
)

test('a request is told its faults in the words of a definition', async () => {
  const { app } = mine

  const replies = await Promise.all([
    app.call('alice', 'POST', '/promotions', { body: { workflow_id: 'x', from: 'dev' } }),
    app.call('alice', 'POST', '/imports/imp_x:apply', { body: {} }),
    app.call('alice', 'POST', '/workflows:import-engine-export', { body: { file: {} } }),
    app.call('alice', 'POST', '/workflows:import-engine-export', { body: { file: 'no' } }),
    app.call('dave', 'GET', '/workflows?limit=many'),
    app.call('alice', 'POST', '/promotions', { raw: '' }),
  ])

  expect(replies.map(({ body }) => body.issues?.[0] ?? body.detail)).toEqual([
    { pointer: '/to', code: 'request.invalid_type', message: 'is required' },
    {
      pointer: '/items',
      code: 'request.invalid_union',
      message: 'is required: "all" or an array',
    },
    {
      pointer: '/file',
      code: 'request.invalid_union',
      message: 'must be a string or an array, not an object',
    },
    { pointer: '/file', code: 'request.malformed', message: 'is not readable JSON' },
    {
      pointer: '/query/limit',
      code: 'request.invalid_type',
      message: 'must be a number, not NaN',
    },
    'the body is empty: send JSON',
  ])
})

test('a body that is too large is 413, one that is no JSON 400', async () => {
  const large = await mine.app.call('alice', 'POST', '/workflows', {
    raw: `"${'x'.repeat(6_100_000)}"`,
  })
  const broken = await mine.app.call('alice', 'POST', '/workflows', { raw: '{"a' })

  expect([large.status, large.body.code]).toEqual([413, 'request.too_large'])
  expect([broken.status, broken.body.code]).toEqual([400, 'request.malformed'])
})
