import { expect, test } from 'vitest'
import { adoptDrift, restoreDeployment } from '#src/drift/adopt-drift.ts'
import type { Engine } from '#src/engine/engine.ts'
import { request, stateOf } from '#test/support/app-publishing.ts'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { deploymentOf } from '#test/support/drift.ts'
import { engineOf } from '#test/support/engine.ts'
import { addVersion, createInstallation, ordersDocument } from '#test/support/installation.ts'
import { deployedCode, withEngine } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

/** v1 runs; v2 is approved, and is published as soon as the engine is asked for the definition. */
async function setup() {
  const installation = await createInstallation(db, { approvals: 0 })
  const app = await createTestApp(installation)
  await addVersion(installation, ordersDocument())
  await request(app)
  await app.runJobs(3)
  await addVersion(installation, ordersDocument({ description: 'v2' }))
  const { body } = await request(app)
  await addVersion(installation, ordersDocument({ description: 'v3' }))
  let isPublished = false
  const publishing = (engine: Engine): Pick<Engine, 'findDefinition'> => ({
    findDefinition: async (...asked) => {
      if (!isPublished) {
        isPublished = true
        await app.runJobs(3)
      }
      return engine.findDefinition(...asked)
    },
  })
  return {
    app,
    deps: { ...installation.deps, factory: withEngine(installation, publishing) },
    call: installation.as('alice'),
    deploymentId: (await deploymentOf(app)).deployment_id,
    publication: body.publication_id,
  }
}

test('what was published meanwhile is not taken back unseen', async () => {
  const { app, deps, call, deploymentId, publication } = await setup()

  const restoring = restoreDeployment(deps, call, { deploymentId })

  await expect(restoring).rejects.toMatchObject({ kind: 'conflict', code: 'deployment.changed' })
  await app.runJobs(3)
  expect(await stateOf(app, publication)).toBe('succeeded')
  expect(await deploymentOf(app)).toMatchObject({ version: 2 })
})

test('what a publication wrote meanwhile is nobody’s edit', async () => {
  const { app, deps, call, deploymentId } = await setup()

  const adopting = adoptDrift(deps, call, { deploymentId, overwritesDraft: false })

  await expect(adopting).rejects.toMatchObject({ kind: 'conflict', code: 'deployment.changed' })
  const { body } = await app.call('dave', 'GET', '/workflows/daily_orders')
  expect(body.latest_version).toBe(3)
})

test('of two schedules none is adopted', async () => {
  const installation = await createInstallation(db, { approvals: 0, family: '3.1' })
  const app = await createTestApp(installation)
  await addVersion(installation, ordersDocument())
  await request(app)
  await app.runJobs(3)
  const at = { projectCode: installation.projectCode, code: await deployedCode(installation) }
  const engine = engineOf(installation)
  const options = { signal: AbortSignal.timeout(5_000) }
  const [first] = await engine.findSchedules(at, options)
  if (!first) throw new Error('there is a schedule')
  await engine.createSchedule(at, { ...first.schedule, cron: '0 0 5 * * ? *' }, options)
  const { deployment_id: id } = await deploymentOf(app)

  const { status, body } = await app.call('alice', 'POST', `/deployments/${id}:adopt`)

  expect({ status, issues: body.issues }).toMatchObject({
    status: 422,
    issues: [{ pointer: '/schedule', code: 'plan.several_schedules' }],
  })
})
