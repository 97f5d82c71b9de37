import { expect, test } from 'vitest'
import { approve, DEPLOY, request, setupPublishing } from '#test/support/app-publishing.ts'
import { engineOf } from '#test/support/engine.ts'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { createInstallation, type Installation } from '#test/support/installation.ts'

const { db } = await useTestDatabase()

async function setup() {
  const installation = await createInstallation(db)
  const app = await createTestApp(installation)
  const { body } = await app.call('erin', 'GET', '/clusters')
  const clusterId: string = body.items[0].cluster_id
  return { installation, app, clusterId }
}

const NEW_CLUSTER = { name: 'second', base_url: 'http://second/dolphinscheduler', token: 'hush-1' }
const RULE = { name: 'own', rule: { kind: 'publish_failed' } }
const CHANNEL = { name: 'ops', kind: 'feishu', target: { url: 'https://open.feishu.cn/x' } }
const createCluster = (app: TestApp, change: object = {}, headers: Record<string, string> = {}) =>
  app.call('erin', 'POST', '/clusters', { body: { ...NEW_CLUSTER, ...change }, headers })
const createEnvironment = (
  app: TestApp,
  clusterId: string,
  change: object = {},
  headers: Record<string, string> = {},
) =>
  app.call('erin', 'POST', '/environments', {
    headers,
    body: {
      name: 'test',
      cluster_id: clusterId,
      project_name: 'slipway-test',
      create_project: true,
      ...change,
    },
  })
const patch = (app: TestApp, path: string, body: object, etag?: string) =>
  app.call('erin', 'PATCH', path, {
    body,
    ...(etag === undefined ? {} : { headers: { 'if-match': etag } }),
  })

/** Everything that the API shows and the database keeps of the organization. */
async function everything(app: TestApp, { at }: Installation): Promise<string> {
  const shown = await Promise.all(
    ['/clusters', '/environments', '/environments/prod'].map(
      async (path) => (await app.call('god', 'GET', path)).body,
    ),
  )
  const kept = await Promise.all([
    db.selectFrom('engine_cluster').selectAll().where('org_id', '=', at.orgId).execute(),
    db.selectFrom('audit_event').selectAll().where('org_id', '=', at.orgId).execute(),
    db.selectFrom('idempotency_key').selectAll().where('org_id', '=', at.orgId).execute(),
  ])
  return JSON.stringify([shown, kept])
}

test('a cluster is registered, and its token never comes out again', async () => {
  const { app, installation } = await setup()

  const created = await createCluster(app, {}, { 'idempotency-key': 'once' })
  const again = await createCluster(app, {}, { 'idempotency-key': 'once' })
  await patch(app, `/clusters/${created.body.cluster_id}`, { token: 'hush-2' })

  expect(created).toMatchObject({
    status: 201,
    body: {
      name: 'second',
      base_url: 'http://second/dolphinscheduler',
      ui_url: 'http://second/dolphinscheduler/ui',
      pinned_family: null,
      family: null,
      probe: null,
      revision: 1,
    },
  })
  expect(again.body.cluster_id).toBe(created.body.cluster_id)
  expect(await everything(app, installation)).not.toMatch(/hush-[12]/)
})

test.each(['a\nb', '\0', 'hush 1', 'hüsh'])(
  'a token that no header can carry is refused: %j',
  async (token) => {
    const { app, clusterId } = await setup()

    const created = await createCluster(app, { token })
    const changed = await patch(app, `/clusters/${clusterId}`, { token })

    expect(created).toMatchObject({ status: 422, body: { issues: [{ pointer: '/token' }] } })
    expect(changed).toMatchObject({ status: 422, body: { issues: [{ pointer: '/token' }] } })
  },
)

test('a repeat under one key is that cluster only with that token', async () => {
  const { app } = await setup()
  const key = { 'idempotency-key': 'once' }
  await createCluster(app, {}, key)

  const other = await createCluster(app, { token: 'hush-2' }, key)

  expect(other).toMatchObject({ status: 409, body: { code: 'idempotency.key_reused' } })
})

test('a repeat of making an environment asks the engine nothing', async () => {
  const { app, installation, clusterId } = await setup()
  const key = { 'idempotency-key': 'once' }
  const first = await createEnvironment(app, clusterId, {}, key)
  installation.simulator.control.setDown(true)

  const again = await createEnvironment(app, clusterId, {}, key)
  const other = await createEnvironment(app, clusterId, { stage_rank: 7 }, key)

  expect(again).toMatchObject({ status: 201, body: first.body })
  expect(other).toMatchObject({ status: 409, body: { code: 'idempotency.key_reused' } })
})

test('a probe says what the engine is and what its token may', async () => {
  const { app, clusterId } = await setup()

  const reply = await app.call('erin', 'POST', `/clusters/${clusterId}:probe`)

  expect(reply).toMatchObject({
    status: 200,
    body: { family: '3.1', probe: { is_admin: true, skew_ms: expect.any(Number) } },
  })
  expect(reply.body.probed_at).toBe('2026-03-01T10:00:00.500Z')
})

test('a probe of an engine that is silent is 503, and of a wrong token 502 with the engine’s words', async () => {
  const { app, installation, clusterId } = await setup()
  installation.simulator.control.setDown(true)
  const silent = await app.call('erin', 'POST', `/clusters/${clusterId}:probe`)
  installation.simulator.control.setDown(false)
  await patch(app, `/clusters/${clusterId}`, { token: 'wrong' })

  const wrong = await app.call('erin', 'POST', `/clusters/${clusterId}:probe`)

  expect(silent).toMatchObject({ status: 503, body: { code: 'engine.no_answer' } })
  expect(wrong).toMatchObject({ status: 502, body: { code: 'engine.unauthenticated' } })
  expect(JSON.stringify([silent.body, wrong.body])).not.toContain(installation.simulator.token)
})

test('a family that is pinned wrong is warned about, and the pin holds', async () => {
  const { app, clusterId } = await setup()
  await patch(app, `/clusters/${clusterId}`, { pinned_family: '3.4' })

  const { body } = await app.call('erin', 'POST', `/clusters/${clusterId}:probe`)

  expect(body).toMatchObject({ pinned_family: '3.4', family: '3.4' })
  expect(body.probe.warnings).toContain('pinned to 3.4, but the server looks like 3.1')
})

test('a family that the server hides is probed as pinned, and unpinned says what to do', async () => {
  const { app, clusterId, installation } = await setup()
  const { control } = installation.simulator
  const hide = () => control.failNext({ path: /api-docs|simple-list/, kind: 'html', times: 20 })
  hide()
  const unpinned = await app.call('erin', 'POST', `/clusters/${clusterId}:probe`)
  control.clearFaults()
  await patch(app, `/clusters/${clusterId}`, { pinned_family: '3.1' })
  hide()

  const pinned = await app.call('erin', 'POST', `/clusters/${clusterId}:probe`)

  expect(unpinned).toMatchObject({ status: 502, body: { code: 'engine.unknown_family' } })
  expect(pinned).toMatchObject({ status: 200, body: { family: '3.1' } })
  expect(pinned.body.probe.warnings).toContain(
    'the server does not show which family it is: spoken to as 3.1, as pinned',
  )
})

test('a cluster’s name is unique, its address takes no credentials and stays', async () => {
  const { app, clusterId } = await setup()

  const taken = await createCluster(app, { name: 'main' })
  const secret = await createCluster(app, { base_url: 'http://me:pw@engine/dolphinscheduler' })
  const scheme = await createCluster(app, { base_url: 'file:///etc/passwd' })
  const zone = await createCluster(app, { server_time_zone: 'Mars/Olympus' })
  const moved = await patch(app, `/clusters/${clusterId}`, { base_url: 'http://elsewhere' })

  expect(taken).toMatchObject({ status: 409, body: { code: 'cluster.exists' } })
  expect(secret).toMatchObject({ status: 422, body: { issues: [{ pointer: '/base_url' }] } })
  expect(scheme).toMatchObject({ status: 422, body: { issues: [{ pointer: '/base_url' }] } })
  expect(zone).toMatchObject({ status: 422, body: { issues: [{ pointer: '/server_time_zone' }] } })
  expect(moved).toMatchObject({ status: 422, body: { code: 'request.invalid' } })
})

test('a change upon an old ETag is refused, of a cluster and of an environment', async () => {
  const { app, clusterId } = await setup()
  const paths = [`/clusters/${clusterId}`, '/environments/prod']
  const etags = await Promise.all(
    paths.map(async (path) => (await app.call('dave', 'GET', path)).headers.get('etag') ?? ''),
  )
  const once = await Promise.all(
    paths.map((path, n) => patch(app, path, { name: 'one' }, etags[n] ?? '')),
  )

  const twice = await Promise.all(
    [paths[0] ?? '', '/environments/one'].map((path, n) =>
      patch(app, path, { name: 'two' }, etags[n] ?? ''),
    ),
  )

  expect(once.map((reply) => reply.status)).toEqual([200, 200])
  expect(twice).toMatchObject([
    { status: 409, body: { code: 'request.stale', current_revision: 2 } },
    { status: 409, body: { code: 'request.stale', current_revision: 2 } },
  ])
})

test('a cluster that environments use stays; one that none uses goes', async () => {
  const { app, clusterId } = await setup()
  const second = await createCluster(app)

  const used = await app.call('erin', 'DELETE', `/clusters/${clusterId}`)
  const unused = await app.call('erin', 'DELETE', `/clusters/${second.body.cluster_id}`)

  expect(used).toMatchObject({ status: 409, body: { code: 'cluster.in_use' } })
  expect(unused.status).toBe(204)
  expect((await app.call('dave', 'GET', `/clusters/${second.body.cluster_id}`)).status).toBe(404)
})

test('a cluster is called by its id, and whoever sends its name is told', async () => {
  const { app } = await setup()

  const reply = await app.call('erin', 'POST', '/clusters/main:probe')

  expect(reply).toMatchObject({
    status: 404,
    body: { code: 'cluster.not_found', detail: 'no cluster with the id "main"' },
  })
})

test('an environment binds a project of the engine, made when that is asked for', async () => {
  const { app, clusterId } = await setup()

  const missing = await createEnvironment(app, clusterId, { create_project: false })
  const unnamed = await createEnvironment(app, clusterId, { project_name: null })
  const made = await createEnvironment(app, clusterId, { stage_rank: 0 })

  expect(missing).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/project_name', code: 'engine.not_found' }] },
  })
  expect(unnamed).toMatchObject({ status: 422, body: { issues: [{ pointer: '/project_code' }] } })
  expect(made).toMatchObject({
    status: 201,
    body: {
      name: 'test',
      project_name: 'slipway-test',
      defaults: { worker_group: 'default', environment: null },
      policy: { approvals_required: 1, approvers: [], approval_expires_hours: 72 },
      policy_version: 1,
    },
  })
  const { body } = await app.call('dave', 'GET', '/environments')
  expect(body.items.map((item: { name: string }) => item.name)).toEqual(['test', 'prod'])
})

test('a project that is named by its code is that one, whatever the name beside it', async () => {
  const { app, clusterId } = await setup()
  const first = await createEnvironment(app, clusterId)
  await createEnvironment(app, clusterId, { name: 'later', project_name: 'slipway-later' })
  await app.call('erin', 'DELETE', '/environments/test')
  const bind = (code: string) =>
    createEnvironment(app, clusterId, {
      name: `of-${code}`,
      project_code: code,
      project_name: 'slipway-later',
    })

  const reply = await bind(first.body.project_code)
  const unknown = await bind('1')

  expect(reply).toMatchObject({
    status: 201,
    body: { project_code: first.body.project_code, project_name: 'slipway-test' },
  })
  expect(unknown).toMatchObject({ status: 422, body: { issues: [{ pointer: '/project_code' }] } })
})

test('a project belongs to one environment, and a name is one environment’s', async () => {
  const { app, clusterId, installation } = await setup()

  const project = await createEnvironment(app, clusterId, { project_name: 'slipway-prod' })
  const name = await createEnvironment(app, clusterId, { name: 'prod' })

  expect(project).toMatchObject({ status: 409, body: { code: 'environment.project_taken' } })
  expect(name).toMatchObject({ status: 409, body: { code: 'environment.exists' } })
  const projects = await engineOf(installation).listProjects({ signal: AbortSignal.timeout(5_000) })
  expect(projects.map((each) => each.name)).toEqual(['slipway-prod'])
})

test('the policy decides who may approve, and a change of it voids what was planned', async () => {
  const { app } = await setupPublishing(db, { approvals: 0 })
  const plan = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: DEPLOY,
  })
  const policy = { approvals_required: 1, approvers: ['god'], approval_expires_hours: 1 }

  const saved = await app.call('erin', 'PUT', '/environments/prod/policy', { body: policy })
  const stale = await app.call('alice', 'POST', '/workflows/daily_orders/publications', {
    body: { ...DEPLOY, plan_digest: plan.body.plan_digest },
  })
  const { body } = await request(app)
  const stranger = await approve(app, 'bob', body.publication_id)
  const named = await approve(app, 'god', body.publication_id)

  expect(saved).toMatchObject({ status: 200, body: { ...policy, policy_version: 2 } })
  expect((await app.call('dave', 'GET', '/environments/prod/policy')).body).toEqual(saved.body)
  expect(stale).toMatchObject({ status: 409, body: { code: 'publication.stale_plan' } })
  expect(stranger.status).toBe(403)
  expect(named).toMatchObject({ status: 200, body: { state: 'approved' } })
})

test('a policy with faults is refused and changes nothing', async () => {
  const { app } = await setup()

  const reply = await app.call('erin', 'PUT', '/environments/prod/policy', {
    body: { approvals_required: -1, approvers: [''], surprise: 1 },
  })

  expect(reply.status).toBe(422)
  expect(reply.body.issues.map((issue: { pointer: string }) => issue.pointer).toSorted()).toEqual([
    '/approvals_required',
    '/approvers/0',
    '/surprise',
  ])
  expect((await app.call('dave', 'GET', '/environments/prod/policy')).body.policy_version).toBe(1)
})

test('an environment where something was published stays; an empty one goes', async () => {
  const { app } = await setupPublishing(db, { approvals: 0 })
  const clusters = await app.call('erin', 'GET', '/clusters')
  await createEnvironment(app, clusters.body.items[0].cluster_id)
  await request(app)
  await app.runJobs(2)

  const used = await app.call('erin', 'DELETE', '/environments/prod')
  const empty = await app.call('erin', 'DELETE', '/environments/test')

  expect(used).toMatchObject({ status: 409, body: { code: 'environment.in_use' } })
  expect(empty.status).toBe(204)
})

test('an environment says what keeps it: a publication that came to nothing, a rule, a route, an import', async () => {
  const { app } = await setupPublishing(db)
  const { body } = await request(app)
  await app.call('alice', 'POST', `/publications/${body.publication_id}:cancel`)
  const clusters = await app.call('erin', 'GET', '/clusters')
  const clusterId: string = clusters.body.items[0].cluster_id
  for (const name of ['ruled', 'routed', 'imported'])
    await createEnvironment(app, clusterId, { name, project_name: name })
  await app.call('erin', 'POST', '/inspection-rules', { body: { ...RULE, environment: 'ruled' } })
  const channel = await app.call('erin', 'POST', '/alert-channels', { body: CHANNEL })
  await app.call('erin', 'POST', '/alert-routes', {
    body: { channel_id: channel.body.channel_id, environment: 'routed' },
  })

  await app.call('alice', 'POST', '/environments/imported/imports')

  const replies = await Promise.all(
    ['prod', 'ruled', 'routed', 'imported'].map((name) =>
      app.call('erin', 'DELETE', `/environments/${name}`),
    ),
  )

  expect(replies).toMatchObject([
    { status: 409, body: { code: 'environment.in_use', used_by: 'publications' } },
    { status: 409, body: { code: 'environment.in_use', used_by: 'inspection rules' } },
    { status: 409, body: { code: 'environment.in_use', used_by: 'alert routes' } },
    { status: 409, body: { code: 'environment.in_use', used_by: 'imports' } },
  ])
})

test('the catalog is what exists on the engine by name, asked now', async () => {
  const { app, installation } = await setup()
  const { control, tenant } = installation.simulator
  control.addWorkerGroup('gpu')
  control.addEnvironment('python3')
  control.addResource('jars/etl.jar')
  control.addResource('a.sh')

  const reply = await app.call('dave', 'GET', '/environments/prod/catalog')
  control.setDown(true)
  const silent = await app.call('dave', 'GET', '/environments/prod/catalog')

  expect(reply).toMatchObject({
    status: 200,
    body: {
      worker_groups: ['default', 'gpu'],
      environments: ['python3'],
      resources: ['a.sh', 'jars/etl.jar'],
    },
  })
  expect(reply.body.tenants).toContain(tenant)
  expect(silent).toMatchObject({ status: 503, body: { code: 'engine.no_answer' } })
})

test('calls to engines are measured by what was asked and how it ended, not by cluster', async () => {
  const { app, installation, clusterId } = await setup()
  await createEnvironment(app, clusterId)
  installation.simulator.control.setDown(true)
  await createEnvironment(app, clusterId, { name: 'later' })

  const text = await (await app.app.request('/metrics')).text()

  const calls = text.split('\n').filter((line) => /^slipway_engine_call.*_count/.test(line))
  expect(calls).toEqual([
    'slipway_engine_call_duration_seconds_count{operation="listProjects",outcome="ok"} 1',
    'slipway_engine_call_duration_seconds_count{operation="createProject",outcome="ok"} 1',
    'slipway_engine_call_duration_seconds_count{operation="readProjectAccess",outcome="ok"} 1',
    'slipway_engine_call_duration_seconds_count{operation="listWorkerGroups",outcome="ok"} 1',
    'slipway_engine_call_duration_seconds_count{operation="listTaskGroups",outcome="ok"} 1',
    'slipway_engine_call_duration_seconds_count{operation="listProjects",outcome="no_answer"} 1',
  ])
})

test('an environment says when its engine was last looked at, and why the last look failed', async () => {
  const { app, installation } = await setup()
  const syncOf = async () => (await app.call('dave', 'GET', '/environments/prod')).body.sync
  const never = await syncOf()
  await app.runJobs(1)
  const looked = await syncOf()
  installation.simulator.control.setDown(true)
  installation.clock.advance(60_000)
  await app.runJobs(1)

  const failed = await syncOf()
  const list = await app.call('dave', 'GET', '/environments')

  expect(never).toEqual({ as_of: null, last_error: null, last_error_at: null })
  expect(looked).toEqual({ as_of: expect.any(String), last_error: null, last_error_at: null })
  expect(failed).toEqual({
    as_of: looked.as_of,
    last_error: expect.stringContaining('no answer'),
    last_error_at: expect.any(String),
  })
  expect(list.body.items[0].sync).toEqual(failed)
})

test('a policy that names an approver who is nobody is refused at that name', async () => {
  const { app, clusterId } = await setup()
  const policy = { approvals_required: 1, approvers: ['bob', 'nobody'] }

  const set = await app.call('erin', 'PUT', '/environments/prod/policy', { body: policy })
  const made = await createEnvironment(app, clusterId, { policy })

  expect(set).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/approvers/1', message: 'no member is named "nobody"' }] },
  })
  expect(made).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/policy/approvers/1' }] },
  })
  expect((await app.call('dave', 'GET', '/environments/prod/policy')).body.approvers).toEqual([])
})
