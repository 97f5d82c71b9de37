import { expect, test } from 'vitest'
import { changeOnEngine, request } from '#test/support/app-publishing.ts'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import {
  addVersion,
  createInstallation,
  ordersDocument,
  type Installation,
} from '#test/support/installation.ts'
import { editDefinition, engineOf } from '#test/support/engine.ts'
import { deployedCode } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

const options = () => ({ signal: AbortSignal.timeout(5_000) })
const SQL = { key: 'load', type: 'sql', datasource: 'warehouse', sql: 'select 1' } as const

async function setup(overlay?: Record<string, string>) {
  const installation = await createInstallation(db, { approvals: 0 })
  const app = await createTestApp(installation)
  for (const name of ['warehouse', 'warehouse_prod', 'archive'])
    installation.simulator.control.addDataSource(name, 'MYSQL')
  if (overlay) await setOverlay(app, overlay)
  await addVersion(installation, ordersDocument({ tasks: [SQL], schedule: undefined }))
  await request(app)
  await app.runJobs(2)
  const { items } = (await app.call('dave', 'GET', '/deployments')).body
  const path = `/deployments/${items[0].deployment_id}:adopt`
  return { installation, app, adopt: (query = '') => app.call('alice', 'POST', path + query) }
}

async function setOverlay(app: TestApp, dataSources: Record<string, string>): Promise<void> {
  const { headers } = await app.call('erin', 'GET', '/environments/prod')
  await app.call('erin', 'PATCH', '/environments/prod', {
    body: { overlay: { data_sources: dataSources } },
    headers: { 'if-match': headers.get('etag') ?? '' },
  })
}

/** Somebody chooses another data source on the engine's own pages. */
async function chooseOnEngine(installation: Installation, name: string): Promise<void> {
  const engine = engineOf(installation)
  const at = { projectCode: installation.projectCode, code: await deployedCode(installation) }
  const [source] = await engine.findDataSources(name, options())
  if (!source) throw new Error('nothing to choose')
  await editDefinition(installation, at, (definition) => ({
    ...definition,
    tasks: definition.tasks.map((task) => ({
      ...task,
      params: { ...task.params, datasource: source.id },
    })),
  }))
}

const taskOf = async (app: TestApp, version: number) =>
  (await app.call('dave', 'GET', `/workflows/daily_orders/versions/${version}`)).body.definition
    .tasks[0]

test('a data source that was chosen on the engine is adopted by its name', async () => {
  const { installation, app, adopt } = await setup()
  await chooseOnEngine(installation, 'archive')

  const reply = await adopt()

  expect(reply.status).toBe(201)
  expect(await taskOf(app, 2)).toMatchObject({ type: 'sql', datasource: 'archive' })
})

test('an overlay that changed since the deploy is no edit of the engine', async () => {
  const { installation, app, adopt } = await setup({ warehouse: 'warehouse_prod' })
  await setOverlay(app, { warehouse: 'archive' })
  await changeOnEngine(installation)

  await adopt()

  const diff = await app.call('dave', 'GET', '/workflows/daily_orders/diff?from=v1&to=v2')
  expect(diff.body.text).toBe('~ setting timeout_min: 0 → 99\n')
})

test('a plan says what another overlay makes of the same version', async () => {
  const { app } = await setup({ warehouse: 'warehouse_prod' })
  await setOverlay(app, { warehouse: 'archive' })

  const plan = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body: { environment: 'prod', operation: 'deploy', online: true },
  })

  expect(plan.body).toMatchObject({
    changes_text: 'no changes\n',
    warnings: ['by the overlay, data source "warehouse_prod" becomes "archive"'],
  })
})

test('what the overlay would make something else of is not adopted', async () => {
  const { installation, adopt } = await setup({ warehouse: 'warehouse_prod' })
  await chooseOnEngine(installation, 'warehouse')

  expect(await adopt()).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/tasks/0/datasource', code: 'overlay.loses' }] },
  })
})

test('a draft is dropped only when that is said, and what is in sync is no new version', async () => {
  const { installation, app, adopt } = await setup()
  const same = await adopt()
  await changeOnEngine(installation)
  const body = ordersDocument({ description: 'not in a version yet' })
  await app.call('alice', 'PUT', '/workflows/daily_orders', { body, headers: { 'if-match': '*' } })

  const refused = await adopt()
  const { description } = (await app.call('dave', 'GET', '/workflows/daily_orders')).body.draft
  const said = await adopt('?overwrite_draft=true')

  expect(same).toMatchObject({ status: 409, body: { code: 'version.unchanged' } })
  expect(refused).toMatchObject({ status: 409, body: { code: 'workflow.stale_draft' } })
  expect(description).toBe('not in a version yet')
  expect(said).toMatchObject({ status: 201, body: { version: 2 } })
})

test('where only the state differs, what is no version is told with the way out', async () => {
  const { installation, app, adopt } = await setup()
  const engine = engineOf(installation)
  const projectCode = installation.projectCode
  const same = await adopt()
  await addVersion(installation, ordersDocument({ tasks: [SQL] }))
  await request(app)
  await app.runJobs(2)
  const at = { projectCode, code: await deployedCode(installation) }
  const [schedule] = await engine.findSchedules(at, options())
  const ref = { projectCode, definitionCode: at.code, scheduleId: schedule?.id ?? 0 }
  await engine.setScheduleOffline(ref, options())
  const scheduleDown = await adopt()
  await engine.setDefinitionOffline(at, options())
  const down = await adopt()

  expect(same.body.detail).toBe('the engine holds what v1 says')
  expect([scheduleDown, down]).toMatchObject([
    {
      status: 409,
      body: {
        code: 'version.unchanged',
        detail: expect.stringMatching(
          /v2 says; only its state differs: its schedule is offline.*:restore/,
        ),
      },
    },
    { status: 409, body: { detail: expect.stringMatching(/differs: it is offline there\./) } },
  ])
})

test('what our own part of a version would break is not adopted', async () => {
  const { installation, adopt, app } = await setup()
  const day = { type: 'string' as const, default: 'today' }
  const start = { params: { type: 'object' as const, properties: { day }, required: ['day'] } }
  await addVersion(installation, ordersDocument({ tasks: [SQL], schedule: undefined, start }))
  await request(app)
  await app.runJobs(2)
  const at = { projectCode: installation.projectCode, code: await deployedCode(installation) }
  await editDefinition(installation, at, (definition) => ({ ...definition, params: [] }))

  expect(await adopt()).toMatchObject({
    status: 422,
    body: {
      code: 'workflow.invalid',
      issues: [{ pointer: '/start/params/required/0', code: 'definition.unknown_param' }],
    },
  })
})

test('a fault that runs there already is adopted as it is', async () => {
  const { installation, adopt, app } = await setup()
  const at = { projectCode: installation.projectCode, code: await deployedCode(installation) }
  await editDefinition(installation, at, (definition) => ({ ...definition, name: ' Orders ' }))

  const reply = await adopt()

  const { body } = await app.call('dave', 'GET', '/workflows/daily_orders/versions/2')
  expect([reply.status, body.definition.name]).toEqual([201, ' Orders '])
})

test('who may request no publication may not ask for one by restoring, nor write versions', async () => {
  const { installation, app } = await setup()
  await changeOnEngine(installation)
  const { items } = (await app.call('dave', 'GET', '/deployments')).body

  for (const who of ['bob', 'carol', 'dave', 'erin'])
    for (const verb of ['adopt', 'restore'])
      expect(
        await app.call(who, 'POST', `/deployments/${items[0].deployment_id}:${verb}`),
      ).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } })
})
