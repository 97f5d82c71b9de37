import { describe, expect, test } from 'vitest'
import { readMarker } from '#src/definition/marker.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { engineOf } from '#test/support/engine.ts'
import { applyAll, previewImport, settleImport } from '#test/support/imports.ts'
import { createInstallation, type Installation } from '#test/support/installation.ts'
import { makeDefinitions } from '#test/support/make-definitions.ts'
import { oddFor, type Odd } from '#test/support/odd-definitions.ts'

const { db } = await useTestDatabase()

const options = () => ({ signal: AbortSignal.timeout(10_000) })

/** Made by hand on the engine, where they run. Answers their codes by name. */
async function makeOdd(installation: Installation, family: EngineFamily, odd: readonly Odd[]) {
  const { projectCode, simulator } = installation
  const engine = engineOf(installation)
  const changes = new Map(odd.map(({ name, change }) => [name, change]))
  const codes = await makeDefinitions(
    installation,
    odd.map(({ name }) => name),
    (definition) => changes.get(definition.name)?.(definition) ?? definition,
  )
  for (const [n, { schedule }] of odd.entries()) {
    const at = { projectCode, code: codes[n] ?? '' }
    await engine.setDefinitionOnline(at, options())
    if (schedule)
      await engine.createSchedule(
        at,
        {
          cron: '0 0 3 * * ?',
          timezone: 'UTC',
          startsAt: new Date('2020-01-01T00:00:00Z'),
          endsAt: new Date('2099-12-31T00:00:00Z'),
          onFailure: 'continue',
          warningType: 'none',
          warningGroupId: 0,
          priority: 'medium',
          workerGroup: 'default',
          tenant: family === '3.1' ? '' : simulator.tenant,
          environmentCode: null,
          ...schedule,
        },
        options(),
      )
  }
  return codes
}

const NOTHING = 'publication.nothing_to_do'

/** What the engine holds, but for the marker and the versions that a save makes. */
async function contentOf(installation: Installation, code: string) {
  const { projectCode } = installation
  const engine = engineOf(installation)
  const live = await engine.findDefinition({ projectCode, code }, options())
  const schedules = await engine.findSchedules({ projectCode, code }, options())
  return {
    isOnline: live?.isOnline,
    definition: live && {
      ...live.definition,
      description: readMarker(live.definition.description).description,
    },
    schedules: schedules.map(({ schedule: { startsAt: _start, ...schedule } }) => schedule),
  }
}

/** Planned and requested; answers what the plan says, and the publication or why there is none. */
async function request(app: TestApp, workflowId: string) {
  const body = { environment: 'prod', operation: 'deploy', online: true }
  const to = `/workflows/${workflowId}/publications`
  const { body: plan } = await app.call('alice', 'POST', `${to}:plan`, { body })
  const { body: made } = await app.call('alice', 'POST', to, {
    body: { ...body, plan_digest: plan.plan_digest },
  })
  return { plan: { issues: plan.issues, changes: plan.changes_text }, made }
}

async function publishAll(app: TestApp, workflowIds: readonly string[]) {
  const requests = []
  for (const workflowId of workflowIds) requests.push(await request(app, workflowId))
  await app.runJobs(2)
  return Promise.all(
    requests.map(async ({ plan, made }) => {
      const { body } = await app.call('dave', 'GET', `/publications/${made.publication_id}`)
      return { ...plan, end: made.publication_id === undefined ? made.code : body.state }
    }),
  )
}

describe.each(['3.1', '3.4'] as const)('%s', (family) => {
  test('what the engine takes is adopted as it is, and published without a change', async () => {
    const installation = await createInstallation(db, { approvals: 0, family })
    const app = await createTestApp(installation)
    const warehouse = installation.simulator.control.addDataSource('warehouse', 'MYSQL')
    const odd = oddFor(family, warehouse)
    const codes = await makeOdd(installation, family, odd)
    const contents = () => Promise.all(codes.map((code) => contentOf(installation, code)))
    const before = await contents()

    const { id, items } = await previewImport(app)
    await applyAll(app, id)
    await settleImport(app, id)
    const published = await publishAll(
      app,
      items.map((item: { readonly workflow_id: string }) => item.workflow_id),
    )

    expect(
      items.map(({ name, state, notes }: Record<string, unknown>) => ({ name, state, notes })),
    ).toEqual(odd.map(({ name, notes = [] }) => ({ name, state: 'ready', notes })))
    expect(published).toEqual(
      odd.map(({ hasMarker = true }) => ({
        issues: [],
        changes: 'no changes\n',
        end: hasMarker ? 'succeeded' : NOTHING,
      })),
    )
    expect(await contents()).toEqual(before)
  })
  test('of a fault that runs there an edited draft is told', async () => {
    const installation = await createInstallation(db, { approvals: 0, family })
    const app = await createTestApp(installation)
    await makeDefinitions(installation, [' Daily '])
    const { id } = await previewImport(app)
    await applyAll(app, id)
    await settleImport(app, id)
    const { body: adopted } = await app.call('dave', 'GET', '/workflows/Daily/versions/1')

    const same = await app.call('alice', 'POST', '/workflows/Daily/versions', { body: {} })
    const saved = await app.call('alice', 'PUT', '/workflows/Daily', {
      body: { ...adopted.definition, owner: 'alice' },
      headers: { 'if-match': '*' },
    })
    const version = await app.call('alice', 'POST', '/workflows/Daily/versions', { body: {} })

    expect(same).toMatchObject({ status: 409, body: { code: 'version.unchanged' } })
    expect(saved.status).toBe(200)
    expect(version).toMatchObject({ status: 422, body: { issues: [{ pointer: '/name' }] } })
  })

  test('what was adopted with a fault is exported and comes back in as it is', async () => {
    const installation = await createInstallation(db, { approvals: 0, family })
    const app = await createTestApp(installation)
    await makeDefinitions(installation, [' Daily '])
    const { id } = await previewImport(app)
    await applyAll(app, id)
    await settleImport(app, id)
    const { body: yaml } = await app.call('alice', 'GET', '/workflows:export')
    const send = (text: string) =>
      app.call('alice', 'POST', '/workflows:import', {
        raw: text,
        headers: { 'content-type': 'application/yaml' },
      })

    const same = await send(yaml)
    const edited = await send(yaml.replace('script: echo 0', 'script: echo 1'))

    expect(same).toMatchObject({
      status: 200,
      body: { items: [{ workflow_id: 'Daily', action: 'unchanged', version: 1 }] },
    })
    expect(edited).toMatchObject({ status: 422, body: { issues: [{ pointer: '/0/name' }] } })
  })
})
