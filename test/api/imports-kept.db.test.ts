import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createDriftWatchJob } from '#jobs/drift-watch.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { silentLog } from '#src/lib/log.ts'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { connectionOf } from '#test/support/engine.ts'
import { applyAll, previewImport, settleImport } from '#test/support/imports.ts'
import { createInstallation, type Installation } from '#test/support/installation.ts'
import { makeDefinitions } from '#test/support/make-definitions.ts'
import { systemCall } from '#test/support/seed.ts'

const { db } = await useTestDatabase()
const options = { signal: AbortSignal.timeout(60_000) }
const [EXTRACT, LOAD] = ['5000000000000', '5000000000001'] as const
const PLACES = { [EXTRACT]: { x: 777, y: 888 }, [LOAD]: { x: 5, y: -7.5 } }

/** What somebody set on the engine's own pages, as far as the family has it, and adopted since. */
async function adopted(family: EngineFamily) {
  const installation = await createInstallation(db, { approvals: 0, family })
  const { simulator, projectCode } = installation
  simulator.control.addTenant('etl')
  const app = await createTestApp(installation)
  const [code = ''] = await makeDefinitions(installation, ['Odd'])
  await edit(installation, code)
  const { id, items } = await previewImport(app)
  expect(items).toMatchObject([{ state: 'ready', notes: [] }])
  await applyAll(app, id)
  await settleImport(app, id)
  return { installation, app, at: { projectCode, code } }
}

async function edit(installation: Installation, code: string): Promise<void> {
  const { engine } = connectionOf(installation)
  const at = { projectCode: installation.projectCode, code }
  const live = await read(installation, at)
  await engine.updateDefinition(
    {
      ...at,
      layout: PLACES,
      tenant: 'etl',
      taskVersions: live.taskVersions,
      definition: {
        ...live.definition,
        ...(engine.family === '3.1' ? { tenant: 'etl' } : {}),
        tasks: live.definition.tasks.map((task) => ({
          ...task,
          ...(task.code === EXTRACT ? { isStream: true } : {}),
          ...(task.code === LOAD && engine.family === '3.2' ? { isCached: true } : {}),
        })),
      },
    },
    options,
  )
}

async function read(installation: Installation, at: { projectCode: string; code: string }) {
  const { engine } = connectionOf(installation)
  const live = await engine.findDefinition(at, options)
  if (live === null) throw new Error('it is not there')
  return live
}

const Published = z.object({ publication_id: z.string() })

const DEPLOY = { environment: 'prod', operation: 'deploy' }

async function planDeploy(app: TestApp) {
  return (await app.call('alice', 'POST', '/workflows/Odd/publications:plan', { body: DEPLOY }))
    .body
}

async function deploy(app: TestApp, body: object = DEPLOY) {
  const { body: plan } = await app.call('alice', 'POST', '/workflows/Odd/publications:plan', {
    body,
  })
  const asked = await app.call('alice', 'POST', '/workflows/Odd/publications', {
    body: { ...body, plan_digest: plan.plan_digest },
  })
  await app.runJobs(3)
  const { publication_id: id } = Published.parse(asked.body)
  const { state } = (await app.call('dave', 'GET', `/publications/${id}`)).body
  return { plan, state }
}

async function draftOf(app: TestApp) {
  const { body } = await app.call('dave', 'GET', '/workflows/Odd/versions/1')
  return body.definition
}

async function snapshot(app: TestApp, definition: object): Promise<void> {
  const draft = { headers: { 'if-match': '*' }, body: definition }
  await app.call('alice', 'PUT', '/workflows/Odd', draft)
  await app.call('alice', 'POST', '/workflows/Odd/versions', { body: { note: '' } })
}

describe.each(['3.1', '3.2', '3.3', '3.4'] as const)('adopted from %s', (family) => {
  test('a workflow keeps streams, caching, its tenant and its places when it is published', async () => {
    const { installation, app, at } = await adopted(family)
    const before = await read(installation, at)

    const { plan, state } = await deploy(app)

    const after = await read(installation, at)
    expect({ plan, state }).toMatchObject({
      plan: { changes_text: 'no changes\n', drift_text: null, issues: [] },
      state: 'succeeded',
    })
    expect(after.layout).toEqual(PLACES)
    expect({ ...after.definition, description: '' }).toEqual({
      ...before.definition,
      description: '',
    })
    expect(after.definition.tenant).toBe(family === '3.1' ? 'etl' : undefined)
    const said = await draftOf(app)
    expect(said.tasks).toMatchObject([
      { key: 'extract', stream: true },
      { key: 'load', ...(family === '3.2' ? { cached: true } : {}) },
    ])
    expect(said.settings.tenant).toBe(family === '3.1' ? 'etl' : undefined)
  })

  test('a new task stands where nobody does, and going online moves nobody', async () => {
    const { installation, app, at } = await adopted(family)
    const document = await draftOf(app)
    const added = { key: 'check', type: 'shell', needs: ['extract'], script: 'true' }
    await snapshot(app, { ...document, tasks: [...document.tasks, added] })

    const { state } = await deploy(app)
    const { layout } = await read(installation, at)
    const online = await deploy(app, { environment: 'prod', operation: 'online' })

    expect([state, online.state]).toEqual(['succeeded', 'succeeded'])
    expect(layout).toMatchObject(PLACES)
    expect(Object.values(layout)).toContainEqual({ x: 360, y: 100 })
    expect(await read(installation, at)).toMatchObject({ isOnline: true, layout })
  })
})

describe('the tenant on 3.1', () => {
  test('is drift where somebody changes it, and is put back', async () => {
    const { installation, app, at } = await adopted('3.1')
    await deploy(app)
    await changeTenant(installation, at, 'root')

    await look(installation)
    const drift = await driftOf(app)
    const { plan, state } = await deploy(app)

    expect(drift).toMatchObject({ drift_state: 'drifted', drift: { parts: ['definition'] } })
    expect(drift.drift.text).toContain('tenant')
    expect(plan.drift_text).toContain('tenant')
    expect(plan.steps).toContain('update')
    expect(state).toBe('succeeded')
    expect((await read(installation, at)).definition.tenant).toBe('etl')
  })

  test('of a drift becomes a version that says it', async () => {
    const { installation, app, at } = await adopted('3.1')
    await deploy(app)
    await changeTenant(installation, at, 'default')
    await look(installation)
    const { deployment_id: id } = await driftOf(app)

    const { status, body } = await app.call('alice', 'POST', `/deployments/${id}:adopt`)

    expect({ status, body }).toMatchObject({ body: { version: 2 } })
    const adoptedVersion = (await app.call('dave', 'GET', '/workflows/Odd/versions/2')).body
    expect(adoptedVersion.definition.settings.tenant).toBe('default')
    expect((await deploy(app)).state).toBe('succeeded')
    expect((await read(installation, at)).definition.tenant).toBe('default')
  })

  test('that an earlier release did not read is no drift', async () => {
    const { installation, app } = await adopted('3.1')
    await deploy(app)
    await forgetTenant(installation)

    await look(installation)
    const plan = await planDeploy(app)

    expect(await driftOf(app)).toMatchObject({ drift_state: 'in_sync', drift: null })
    expect(plan).toMatchObject({ drift_text: null, steps: ['read_back'] })
  })
})

async function changeTenant(
  installation: Installation,
  at: { projectCode: string; code: string },
  tenant: string,
): Promise<void> {
  const { engine } = connectionOf(installation)
  const { definition, layout, taskVersions } = await read(installation, at)
  const changed = { ...definition, tenant }
  await engine.updateDefinition(
    { ...at, definition: changed, layout, tenant, taskVersions },
    options,
  )
}

/** What a minute later is seen. */
async function look(installation: Installation): Promise<void> {
  installation.clock.advance(60_000)
  const job = createDriftWatchJob({
    ...installation.deps,
    callDeadlineMs: 500,
    sweepMs: 0,
    intervalMs: 10_000,
  })
  const only = { ...systemCall(installation.at.orgId), signal: new AbortController().signal }
  await job.run({ signal: only.signal, log: silentLog, callFor: (orgId) => ({ ...only, orgId }) })
}

async function driftOf(app: TestApp) {
  const { items } = (await app.call('dave', 'GET', '/deployments')).body
  return (await app.call('dave', 'GET', `/deployments/${items[0].deployment_id}`)).body
}

const Kept = z.looseObject({ tenant: z.string().optional() })

async function forgetTenant({ at }: Installation): Promise<void> {
  const { live_json: json } = await at.q
    .selectFrom('workflow_deployment')
    .select('live_json')
    .where('org_id', '=', at.orgId)
    .executeTakeFirstOrThrow()
  const { tenant: _tenant, ...rest } = Kept.parse(
    typeof json === 'string' ? JSON.parse(json) : json,
  )
  await at.q
    .updateTable('workflow_deployment')
    .set({ live_json: JSON.stringify(rest) })
    .where('org_id', '=', at.orgId)
    .execute()
}

test('an edit that is undone brings a task back to where it stood', async () => {
  const { installation, app, at } = await adopted('3.1')
  const document = await draftOf(app)
  await snapshot(app, { ...document, tasks: document.tasks.slice(0, 1) })
  installation.simulator.control.failNext({ path: /release/, kind: 'forbidden', times: 1 })

  const { state } = await deploy(app, { ...DEPLOY, online: true })

  expect(state).toBe('compensated')
  expect((await read(installation, at)).layout).toEqual(PLACES)
})

test('a family that does not cache says so before anything is sent', async () => {
  const { app } = await adopted('3.4')
  const document = await draftOf(app)
  const [first, second] = document.tasks
  await snapshot(app, { ...document, tasks: [first, { ...second, cached: true }] })

  expect((await planDeploy(app)).issues).toMatchObject([
    { pointer: '/tasks/1/cached', code: 'unsupported_field' },
  ])
})
