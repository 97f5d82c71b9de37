import { describe, expect, test } from 'vitest'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { applyAll, IMPORTS, previewImport, settleImport, takeId } from '#test/support/imports.ts'
import { createInstallation, type Installation } from '#test/support/installation.ts'
import { makeDefinitions } from '#test/support/make-definitions.ts'
import { engineOf } from '#test/support/engine.ts'

const { db } = await useTestDatabase()

const options = () => ({ signal: AbortSignal.timeout(10_000) })

async function setup() {
  const installation = await createInstallation(db, { approvals: 0 })
  return { installation, app: await createTestApp(installation) }
}

/** Everything that the engine holds of its definitions. */
async function snapshot(installation: Installation, codes: readonly string[]): Promise<unknown> {
  const { projectCode } = installation
  const engine = engineOf(installation)
  return Promise.all(
    codes.map(async (code) => [
      await engine.findDefinition({ projectCode, code }, options()),
      await engine.findSchedules({ projectCode, code }, options()),
    ]),
  )
}

test('what is there becomes workflows of ours, and the engine stays as it is', async () => {
  const { app, installation } = await setup()
  const codes = await makeDefinitions(installation, ['Daily sales', '每日订单', 'Daily sales (2)'])
  const engine = engineOf(installation)
  const first = { projectCode: installation.projectCode, code: codes[0] ?? '' }
  await engine.setDefinitionOnline(first, options())
  await engine.createSchedule(
    first,
    {
      cron: '0 0 3 * * ? *',
      timezone: 'Asia/Shanghai',
      startsAt: new Date('2026-01-01T00:00:00Z'),
      endsAt: new Date('2099-12-31T00:00:00Z'),
      onFailure: 'end',
      warningType: 'none',
      warningGroupId: 0,
      priority: 'high',
      workerGroup: 'default',
      tenant: 'default',
      environmentCode: null,
    },
    options(),
  )
  const [schedule] = await engine.findSchedules(first, options())
  await engine.setScheduleOnline(
    { projectCode: first.projectCode, definitionCode: first.code, scheduleId: schedule?.id ?? 0 },
    options(),
  )
  const before = await snapshot(installation, codes)

  const { id, items } = await previewImport(app)
  const ready = await app.call('dave', 'GET', `/imports/${id}`)
  await applyAll(app, id)
  await settleImport(app, id)

  expect(ready.body).toMatchObject({ state: 'preview', items: { ready: 3 } })
  expect(items).toMatchObject([
    { name: 'Daily sales', workflow_id: 'Daily_sales', state: 'ready' },
    { name: '每日订单', workflow_id: `wf_${codes[1]}`, state: 'ready' },
    { name: 'Daily sales (2)', workflow_id: 'Daily_sales_2', state: 'ready' },
  ])
  expect((await app.call('dave', 'GET', `/imports/${id}`)).body).toMatchObject({
    state: 'done',
    items: { adopted: 3 },
    ended_at: expect.any(String),
  })
  expect(await snapshot(installation, codes)).toEqual(before)
  const workflow = (await app.call('dave', 'GET', '/workflows/Daily_sales')).body
  expect(workflow).toMatchObject({
    name: 'Daily sales',
    deployments: [{ environment: 'prod', is_online: true, version: 1 }],
  })
  const version = (await app.call('dave', 'GET', '/workflows/Daily_sales/versions/1')).body
  expect(version.definition).toMatchObject({
    settings: { on_failure: 'end', priority: 'high' },
    schedule: { cron: '0 0 3 * * ?', timezone: 'Asia/Shanghai' },
  })
  const plan = await app.call('alice', 'POST', '/workflows/Daily_sales/publications:plan', {
    body: { environment: 'prod', operation: 'deploy' },
  })
  expect(plan.body).toMatchObject({ issues: [], drift_text: null })
  expect(plan.body.steps).toContain('update')
})

test('an import of what is all managed finds nothing, and two at once are refused', async () => {
  const { app, installation } = await setup()
  await makeDefinitions(installation, ['One'])
  const first = await app.call('alice', 'POST', IMPORTS)
  const second = await app.call('alice', 'POST', IMPORTS)
  await settleImport(app, first.body.import_id)
  await app.call('alice', 'POST', `/imports/${first.body.import_id}:apply`, {
    body: { items: [{ item_no: 1, workflow_id: 'renamed' }] },
  })
  await settleImport(app, first.body.import_id)

  const { items } = await previewImport(app)

  expect(second).toMatchObject({ status: 409, body: { code: 'import.active' } })
  expect(items).toEqual([])
  expect((await app.call('dave', 'GET', '/workflows/renamed')).status).toBe(200)
})

test('what a document cannot say is blocked, says why, and is not adopted', async () => {
  const { app, installation } = await setup()
  await makeDefinitions(installation, ['Odd'], (definition) => ({
    ...definition,
    tasks: definition.tasks.map((task) => ({ ...task, taskGroupId: 77 })),
  }))
  await makeDefinitions(installation, [])

  const { id, items } = await previewImport(app)
  const applied = await app.call('alice', 'POST', `/imports/${id}:apply`, {
    body: { items: [{ item_no: 1 }] },
  })

  expect(items).toMatchObject([
    {
      state: 'blocked',
      notes: expect.arrayContaining([
        expect.objectContaining({ kind: 'fault', message: expect.stringContaining('task group') }),
      ]),
    },
  ])
  expect(applied).toMatchObject({
    status: 422,
    body: { issues: [{ pointer: '/items/0/item_no' }] },
  })
})

test('an id that is taken meanwhile fails alone', async () => {
  const { app, installation } = await setup()
  await makeDefinitions(installation, ['One', 'Two'])
  const { id } = await previewImport(app)
  await takeId(app, 'One')

  await applyAll(app, id)
  await settleImport(app, id)

  const { items } = (await app.call('dave', 'GET', `/imports/${id}/items`)).body
  expect(items).toMatchObject([
    { workflow_id: 'One', state: 'failed', error: { code: 'workflow.exists' } },
    { workflow_id: 'Two', state: 'adopted' },
  ])
})

test('an engine that is silent puts it off, and it goes on where it stood', async () => {
  const { app, installation } = await setup()
  await makeDefinitions(installation, ['One', 'Two', 'Three'])
  const { body } = await app.call('alice', 'POST', IMPORTS)
  installation.simulator.control.setDown(true)
  await app.runJobs(1)
  const down = await app.call('dave', 'GET', `/imports/${body.import_id}`)
  installation.simulator.control.setDown(false)
  await db
    .updateTable('workflow_import')
    .set({ next_attempt_at: new Date(0) })
    .where('org_id', '=', installation.at.orgId)
    .execute()
  await settleImport(app, body.import_id)

  expect(down.body).toMatchObject({ state: 'listing', last_error: { message: expect.any(String) } })
  expect((await app.call('dave', 'GET', `/imports/${body.import_id}`)).body).toMatchObject({
    state: 'preview',
    items: { ready: 3 },
  })
})

describe.each(['3.1', '3.2', '3.3', '3.4'] as const)('DolphinScheduler %s', (family) => {
  test('fifty at once are adopted with a call each and a few for all', async () => {
    const installation = await createInstallation(db, { approvals: 0, family })
    const app = await createTestApp(installation)
    await makeDefinitions(
      installation,
      Array.from({ length: 50 }, (_, n) => `flow ${n}`),
    )
    installation.simulator.calls.reset()

    const { id } = await previewImport(app)
    await applyAll(app, id)
    await settleImport(app, id)

    expect((await app.call('dave', 'GET', `/imports/${id}`)).body).toMatchObject({
      state: 'done',
      items: { adopted: 50 },
    })
    // The drift watch reads each of them once as well.
    expect(installation.simulator.calls.total).toBeLessThan(160)
  })
})

test('a definition that was managed before gets the id that its marker names', async () => {
  const { app, installation } = await setup()
  await makeDefinitions(installation, ['Renamed since'], (definition) => ({
    ...definition,
    description: 'text slipway:daily_orders',
  }))

  const { items } = await previewImport(app)

  expect(items).toMatchObject([{ workflow_id: 'daily_orders', state: 'ready' }])
})

test('whom a schedule tells and as whom it runs is taken over, and what is not is told', async () => {
  const installation = await createInstallation(db, { approvals: 0, family: '3.2' })
  const app = await createTestApp(installation)
  const [code = ''] = await makeDefinitions(installation, ['Told'])
  const engine = engineOf(installation)
  const at = { projectCode: installation.projectCode, code }
  const [group] = await engine.listAlertGroups(options())
  await engine.setDefinitionOnline(at, options())
  await engine.createSchedule(
    at,
    {
      cron: '0 0 3 * * ? *',
      timezone: 'UTC',
      startsAt: new Date('2026-01-01T00:00:00Z'),
      endsAt: new Date('2099-12-31T00:00:00Z'),
      onFailure: 'continue',
      warningType: 'failure',
      warningGroupId: group?.id ?? 0,
      priority: 'medium',
      workerGroup: 'wg_of_its_own',
      tenant: installation.simulator.tenant,
      environmentCode: null,
    },
    options(),
  )

  const { id, items } = await previewImport(app)
  await applyAll(app, id)
  await settleImport(app, id)

  expect(group).toBeDefined()
  expect(items).toMatchObject([
    {
      state: 'ready',
      notes: [
        {
          kind: 'schedule',
          pointer: '/schedule',
          message: 'its worker_group "wg_of_its_own" is not carried over',
        },
      ],
    },
  ])
  const version = (await app.call('dave', 'GET', '/workflows/Told/versions/1')).body
  expect(version.definition.settings.warning).toEqual({ type: 'failure', alert_group: group?.name })
})
