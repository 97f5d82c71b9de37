import { describe, expect, test } from 'vitest'
import { inTx } from '#src/db/database.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { ENGINE_FAMILIES } from '#src/engine/catalog.ts'
import { getClusterRow, markProbed } from '#src/environments/cluster-store.ts'
import {
  EnvironmentDefaults,
  EnvironmentOverlay,
  EnvironmentPolicy,
} from '#src/environments/environment.ts'
import { createEnvironment } from '#src/environments/manage-environments.ts'
import { probeCluster } from '#src/environments/probe-cluster.ts'
import { request, stateOf } from '#test/support/app-publishing.ts'
import { createTestApp, type Reply, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { addVersion, createInstallation, ordersDocument } from '#test/support/installation.ts'
import { withEngine } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

const WITH_LEVELS = ['3.2', '3.3', '3.4'] as const
const NOTHING = { missing_rights: [], unknown_rights: [] }

/** A cluster spoken to as a general user, without a grant as yet. */
async function setup(family: EngineFamily = '3.4') {
  const installation = await createInstallation(db, { family })
  const app = await createTestApp(installation)
  const { control } = installation.simulator
  const { body } = await app.call('erin', 'GET', '/clusters')
  const path = `/clusters/${body.items[0].cluster_id}`
  const token = control.addUser('svc')
  const useToken = (value: string) => app.call('erin', 'PATCH', path, { body: { token: value } })
  await useToken(token)
  return {
    app,
    control,
    installation,
    projectCode: installation.projectCode,
    path,
    clusterId: body.items[0].cluster_id as string,
    useToken,
    probe: () => app.call('erin', 'POST', `${path}:probe`),
    grant: (grant?: 'read' | 'all') => control.grantProject('svc', installation.projectCode, grant),
  }
}

const rightsOf = ({ body }: Reply) => body.probe.environments[0]
const namesOf = (rights: readonly { right: string }[]) => rights.map(({ right }) => right)
const bind = (app: TestApp, clusterId: string, change: object) =>
  app.call('erin', 'POST', '/environments', {
    body: { name: 'test', cluster_id: clusterId, ...change },
  })

test.each(ENGINE_FAMILIES)('%s: a general user with write grant lacks nothing', async (family) => {
  const { app, probe, grant, path, projectCode } = await setup(family)
  grant()

  const probed = await probe()
  const kept = await app.call('dave', 'GET', path)

  expect(probed).toMatchObject({
    status: 200,
    body: { family, probe: { is_admin: false, user_name: 'svc', warnings: [], ...NOTHING } },
  })
  expect(rightsOf(probed)).toMatchObject({
    environment: 'prod',
    project_code: projectCode,
    project_name: 'slipway-prod',
    ...NOTHING,
  })
  expect(kept.body).toEqual(probed.body)
})

test.each(WITH_LEVELS)(
  '%s: a read grant lacks writing, and says where it is given',
  async (family) => {
    const { probe, grant } = await setup(family)
    grant('read')

    const probed = await probe()

    expect(probed.body.probe).toMatchObject(NOTHING)
    expect(rightsOf(probed)).toMatchObject({
      environment: 'prod',
      missing_rights: [
        {
          right: 'project.write',
          without_it: 'no definition is created or changed, so nothing new can be deployed',
          how_to_grant: expect.stringContaining('Security → User Manage → Authorize'),
          names: [],
          engine_said: null,
        },
      ],
      unknown_rights: [],
    })
  },
)

test.each(ENGINE_FAMILIES)('%s: without a grant the project is not seen', async (family) => {
  const { probe } = await setup(family)

  const probed = await probe()

  expect(probed).toMatchObject({ status: 200, body: { probe: NOTHING } })
  expect(namesOf(rightsOf(probed).missing_rights)).toEqual(['project.read', 'project.write'])
})

test('what was probed with a token that is replaced meanwhile is not kept', async () => {
  const { installation, clusterId, useToken } = await setup()
  const probed = await getClusterRow(installation.at, clusterId)
  await useToken('another')

  const isKept = await inTx(installation.at, (tx) =>
    markProbed(tx, probed, { family: '3.4', text: '{}', at: new Date() }),
  )

  expect(isKept).toBe(false)
})

describe('an environment that is made meanwhile', () => {
  const newProject = { name: 'later', project_name: 'later', create_project: true }

  test('keeps its rights beside what a probe found that did not see it', async () => {
    const { app, installation, clusterId, useToken } = await setup()
    await useToken(installation.simulator.token)
    await app.call('erin', 'POST', `/clusters/${clusterId}:probe`)
    const factory = withEngine(installation, (engine) => ({
      readProjectAccess: async (...args) => {
        await bind(app, clusterId, newProject)
        return engine.readProjectAccess(...args)
      },
    }))

    await probeCluster({ ...installation.deps, factory }, installation.as('erin'), { clusterId })

    const { body } = await app.call('dave', 'GET', '/environments/later')
    expect(body.rights).toMatchObject(NOTHING)
  })

  test('keeps none of a token that was replaced', async () => {
    const { app, installation, clusterId, useToken } = await setup()
    await useToken(installation.simulator.token)
    await app.call('erin', 'POST', `/clusters/${clusterId}:probe`)
    const factory = withEngine(installation, (engine) => ({
      readProjectAccess: async (...args) => {
        await useToken('another')
        return engine.readProjectAccess(...args)
      },
    }))

    await createEnvironment({ ...installation.deps, factory }, installation.as('erin'), {
      ...newProject,
      cluster_id: clusterId,
      project_code: null,
      stage_rank: 9,
      defaults: EnvironmentDefaults.parse({}),
      overlay: EnvironmentOverlay.parse({}),
      policy: EnvironmentPolicy.parse({}),
      idempotencyKey: undefined,
    })

    const { body } = await app.call('dave', 'GET', '/environments/later')
    expect(body.rights).toBe(null)
  })
})

test('a token that is replaced leaves no rights of the former one', async () => {
  const { app, clusterId } = await setup()
  await app.call('erin', 'POST', `/clusters/${clusterId}:probe`)

  const { body } = await app.call('erin', 'PATCH', `/clusters/${clusterId}`, {
    body: { token: 'another' },
  })

  expect(body.probe).toMatchObject({
    missing_rights: null,
    unknown_rights: null,
    warnings: ['the token was changed since: probe again to see what it may do'],
  })
})

test('an administrator is warned about, and lacks nothing', async () => {
  const { installation, probe, useToken } = await setup()
  await useToken(installation.simulator.token)

  const probed = await probe()

  expect(probed.body.probe).toMatchObject({ is_admin: true, ...NOTHING })
  expect(probed.body.probe.warnings).toEqual([
    expect.stringMatching(/administrator.*everything in every project.*general user.*is enough/),
  ])
  expect(rightsOf(probed)).toMatchObject(NOTHING)
})

test('a list that the engine refuses is a lacking right in the engine’s words', async () => {
  const { probe, grant, control } = await setup()
  grant()
  control.failNext({ kind: 'forbidden', path: /alert-groups/ })

  const probed = await probe()

  expect(probed.body.probe).toMatchObject({
    missing_rights: [
      {
        right: 'alert_group.list',
        without_it: 'no workflow that names an alert group can be planned',
        engine_said: expect.stringContaining('30001: user has no operation privilege'),
      },
    ],
    unknown_rights: [],
  })
})

test('a server that does not tell the level leaves writing unknown, not fine', async () => {
  const { probe, grant, control } = await setup('3.2')
  grant()
  control.failNext({ kind: 'forbidden', path: /authorized-level/ })

  const probed = await probe()

  expect(rightsOf(probed).missing_rights).toEqual([])
  expect(namesOf(rightsOf(probed).unknown_rights)).toEqual(['project.write'])
})

test('a probe names the data sources and files that the environment uses and the user does not see', async () => {
  const { app, probe, grant, control } = await setup()
  grant()
  control.grantDataSource('svc', control.addDataSource('dwh', 'MYSQL'))
  control.addDataSource('vault', 'MYSQL')
  control.addResource('jars/etl.jar')
  await app.call('erin', 'PATCH', '/environments/prod', {
    body: {
      overlay: {
        data_sources: { warehouse: 'dwh', secrets: 'vault' },
        resources: { etl: 'jars/etl.jar', report: 'jars/report.jar' },
      },
    },
  })

  const probed = await probe()

  expect(rightsOf(probed).missing_rights).toMatchObject([
    { right: 'data_source.use', names: ['vault'] },
    { right: 'resource.use', names: ['jars/report.jar'] },
  ])
})

test('a data source that a deployed workflow uses is missed when its grant is taken away', async () => {
  const { app, installation, probe, grant, control, useToken } = await setup()
  grant()
  control.addDataSource('dwh', 'MYSQL')
  await useToken(installation.simulator.token)
  const sql = { key: 'q', type: 'sql' as const, datasource: 'dwh', sql: 'select 1' }
  await addVersion(installation, ordersDocument({ tasks: [sql] }))
  const { body } = await request(app)
  await app.runJobs(3)
  await useToken('token-of-svc')

  const probed = await probe()

  expect(await stateOf(app, body.publication_id)).toBe('succeeded')
  expect(rightsOf(probed).missing_rights).toMatchObject([
    { right: 'data_source.use', names: ['dwh'] },
  ])
})

test('a token that is unknown or has expired is said to be so', async () => {
  const { probe, useToken, control, installation } = await setup()
  const expiresAt = new Date(installation.clock.now().getTime() + 1000)
  await useToken(control.addUser('late', { expiresAt }))
  installation.clock.advance(2000)

  const expired = await probe()

  expect(expired).toMatchObject({
    status: 502,
    body: {
      code: 'engine.unauthenticated',
      detail: expect.stringMatching(/unknown there, has expired, or its user is disabled/),
    },
  })
})

test('of an engine that is silent the former probe stays, from the first call to the last', async () => {
  const { app, probe, grant, control, path } = await setup()
  grant()
  const former = await probe()
  control.failNext({ kind: 'hang', path: /authorized-level/, times: 9 })

  const late = await probe()
  control.clearFaults()
  control.setDown(true)
  const silent = await probe()

  expect([late, silent]).toMatchObject([
    { status: 503, body: { code: 'engine.no_answer' } },
    { status: 503, body: { code: 'engine.no_answer' } },
  ])
  expect((await app.call('dave', 'GET', path)).body).toEqual(former.body)
})

test('a probe changes nothing on the engine', async () => {
  const { installation, probe, grant } = await setup()
  grant('read')
  const { calls } = installation.simulator
  calls.reset()

  await probe()

  const asked = Object.keys(calls.entries())
  expect(asked.length).toBeGreaterThan(8)
  expect(asked.filter((call) => !call.startsWith('GET '))).toEqual([])
})

test('an environment upon a project that may only be read is made and says what it lacks', async () => {
  const { app, probe, grant, control, clusterId, path, useToken, installation } = await setup()
  grant()
  await probe()
  await useToken(installation.simulator.token)
  const made = await bind(app, clusterId, { project_name: 'theirs', create_project: true })
  await app.call('erin', 'DELETE', '/environments/test')
  control.grantProject('svc', made.body.project_code, 'read')
  await useToken('token-of-svc')

  const bound = await bind(app, clusterId, { project_code: made.body.project_code })

  expect(bound).toMatchObject({
    status: 201,
    body: { rights: { missing_rights: [{ right: 'project.write' }], unknown_rights: [] } },
  })
  expect((await app.call('dave', 'GET', '/environments/test')).body).toEqual(bound.body)
  const cluster = await app.call('dave', 'GET', path)
  expect(
    cluster.body.probe.environments.map(
      (each: { environment: string; missing_rights: [] | null }) => [
        each.environment,
        each.missing_rights?.length,
      ],
    ),
  ).toEqual([
    ['test', 1],
    ['prod', undefined],
  ])
})
