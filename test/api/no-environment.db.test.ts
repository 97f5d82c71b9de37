import { expect, test } from 'vitest'
import { request } from '#test/support/app-publishing.ts'
import { createTestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { deploymentOf, lookForDrift } from '#test/support/drift.ts'
import { editDefinition } from '#test/support/engine.ts'
import { addVersion, createInstallation, ordersDocument } from '#test/support/installation.ts'
import { deployedCode } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

/** Everything runs in the default environment of prod, until somebody takes it off the tasks. */
async function setup() {
  const installation = await createInstallation(db, { approvals: 0 })
  const app = await createTestApp(installation)
  installation.simulator.control.addEnvironment('py3')
  const { body } = await app.call('erin', 'GET', '/environments/prod')
  await app.call('erin', 'PATCH', '/environments/prod', {
    body: { defaults: { ...body.defaults, environment: 'py3' } },
  })
  await addVersion(installation, ordersDocument())
  await request(app)
  await app.runJobs(2)
  const at = { projectCode: installation.projectCode, code: await deployedCode(installation) }
  await editDefinition(installation, at, (definition) => ({
    ...definition,
    tasks: definition.tasks.map((task) => ({ ...task, environmentCode: null })),
  }))
  await lookForDrift(installation)
  return { app, deployment: await deploymentOf(app) }
}

test('tasks that lose their environment on the engine are drift that says so, and a version of it', async () => {
  const { app, deployment } = await setup()

  const adopted = await app.call(
    'alice',
    'POST',
    `/deployments/${deployment.deployment_id}:adopt`,
    {},
  )
  const version = await app.call('dave', 'GET', '/workflows/daily_orders/versions/2')
  await request(app)
  await app.runJobs(2)

  expect(deployment).toMatchObject({
    drift_state: 'drifted',
    drift: { text: expect.stringContaining('environment') },
  })
  expect(adopted.status).toBe(201)
  expect(
    version.body.definition.tasks.map((task: { environment: unknown }) => task.environment),
  ).toEqual(version.body.definition.tasks.map(() => null))
  expect((await deploymentOf(app)).drift_state).toBe('in_sync')
})
