import { describe, expect, test } from 'vitest'
import { ENGINE_FAMILIES, type EngineFamily } from '#src/engine/catalog.ts'
import { DEPLOY, request, stateOf } from '#test/support/app-publishing.ts'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { engineOf } from '#test/support/engine.ts'
import {
  addVersion,
  createInstallation,
  ordersDocument,
  type Installation,
} from '#test/support/installation.ts'
import { deployedCode } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

const UNDEPLOY = { environment: 'prod', operation: 'undeploy' }

/** The token is that of a general user with write grant; who deployed may have been another. */
async function setup(family: EngineFamily, maker: 'admin' | 'svc' = 'admin') {
  const installation = await createInstallation(db, { family, approvals: 0 })
  const app = await createTestApp(installation)
  const { control } = installation.simulator
  const useGeneralUser = async () => {
    const clusters = await app.call('erin', 'GET', '/clusters')
    await app.call('erin', 'PATCH', `/clusters/${clusters.body.items[0].cluster_id}`, {
      body: { token: control.addUser('svc') },
    })
    control.grantProject('svc', installation.projectCode)
  }
  if (maker === 'svc') await useGeneralUser()
  await addVersion(installation, ordersDocument())
  await publish(app, DEPLOY)
  if (maker === 'admin') await useGeneralUser()
  return { installation, app, control }
}

const planOf = async (app: TestApp, body: object) =>
  (await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', { body })).body

/** Requests it, lets the job work, and answers what was proved. */
async function publish(app: TestApp, body?: Record<string, unknown>) {
  const { publication_id: id } = (await request(app, body)).body
  await app.runJobs(2)
  const { evidence } = (await app.call('dave', 'GET', `/publications/${id}/evidence`)).body
  return { state: await stateOf(app, id), evidence }
}

async function liveOf(installation: Installation, code: string) {
  const engine = engineOf(installation)
  const at = { projectCode: installation.projectCode, code }
  const options = { signal: AbortSignal.timeout(5_000) }
  const live = await engine.findDefinition(at, options)
  return { live, schedules: live && (await engine.findSchedules(at, options)) }
}

const stays = (what: string) =>
  `the engine lets only "admin" and administrators delete the ${what}, and the cluster's token is "svc": it stays there, offline`

describe.each(ENGINE_FAMILIES)('DolphinScheduler %s', (family) => {
  test('what another user made is undeployed as far as the engine lets, and the plan says so', async () => {
    const { app, installation } = await setup(family)
    const code = await deployedCode(installation)

    const plan = await planOf(app, UNDEPLOY)
    const done = await publish(app, UNDEPLOY)

    expect(plan).toMatchObject({ issues: [], warnings: [stays('definition')] })
    expect(done).toMatchObject({
      state: 'succeeded',
      evidence: { matches: true, is_online: false, not_removed: 'not_owner' },
    })
    expect(await liveOf(installation, code)).toMatchObject({
      live: { isOnline: false },
      schedules: [{ isOnline: false }],
    })
    expect((await app.call('dave', 'GET', '/deployments')).body.items).toEqual([])
  })

  test('what stayed is taken over by the next deploy', async () => {
    const { app, installation } = await setup(family)
    const code = await deployedCode(installation)
    await publish(app, UNDEPLOY)

    const done = await publish(app, DEPLOY)

    expect(done).toMatchObject({ state: 'succeeded', evidence: { matches: true } })
    expect(await deployedCode(installation)).toBe(code)
  })

  test('a schedule of another user that is to go stays, down, and the plan says so', async () => {
    const { app, installation } = await setup(family)
    const code = await deployedCode(installation)
    await addVersion(installation, ordersDocument({ schedule: undefined }))

    const plan = await planOf(app, DEPLOY)
    const done = await publish(app, DEPLOY)

    expect(plan.warnings).toContain(stays('schedule'))
    expect(done).toMatchObject({
      state: 'succeeded',
      evidence: { matches: true, not_removed: 'not_owner', schedule: { is_online: false } },
    })
    expect((await liveOf(installation, code)).schedules).toMatchObject([{ isOnline: false }])
  })

  test('what the token’s own user made goes, and nothing is said', async () => {
    const { app, installation } = await setup(family, 'svc')
    const code = await deployedCode(installation)

    const plan = await planOf(app, UNDEPLOY)
    const done = await publish(app, UNDEPLOY)

    expect(plan).toMatchObject({ issues: [], warnings: [] })
    expect(done).toMatchObject({
      state: 'succeeded',
      evidence: { matches: true, not_removed: null },
    })
    expect((await liveOf(installation, code)).live).toBeNull()
  })
})

test('what another user made goes with an administrator’s token, and nothing is said', async () => {
  const { app, installation } = await setup('3.4', 'svc')
  const code = await deployedCode(installation)
  const clusters = await app.call('erin', 'GET', '/clusters')
  await app.call('erin', 'PATCH', `/clusters/${clusters.body.items[0].cluster_id}`, {
    body: { token: installation.simulator.token },
  })

  const plan = await planOf(app, UNDEPLOY)
  const done = await publish(app, UNDEPLOY)

  expect(plan).toMatchObject({ issues: [], warnings: [] })
  expect(done).toMatchObject({ state: 'succeeded', evidence: { not_removed: null } })
  expect((await liveOf(installation, code)).live).toBeNull()
})

test('a schedule that alone was refused is gone with its definition, and nothing stayed', async () => {
  const { app, control } = await setup('3.4', 'svc')
  control.failNext({ kind: 'forbidden', method: 'DELETE', path: /schedules/ })

  expect(await publish(app, UNDEPLOY)).toMatchObject({
    state: 'succeeded',
    evidence: { matches: true, not_removed: null },
  })
})
