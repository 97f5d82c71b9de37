import { expect, test } from 'vitest'
import { DEPLOY, request, setupPublishing, stateOf } from '#test/support/app-publishing.ts'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { engineOf } from '#test/support/engine.ts'
import { applyAll, previewImport, settleImport } from '#test/support/imports.ts'
import {
  addVersion,
  createInstallation,
  ordersDocument,
  type Installation,
} from '#test/support/installation.ts'
import { makeDefinitions } from '#test/support/make-definitions.ts'
import { deployedCode } from '#test/support/runs.ts'

const { db } = await useTestDatabase()

const options = () => ({ signal: AbortSignal.timeout(5_000) })
const UNDEPLOY = { environment: 'prod', operation: 'undeploy' }
const TAKES_OVER = (name: string) =>
  `takes over the definition "${name}" that an earlier publication left on the engine`

/** From now on the token is that of a general user, who deletes nothing that the administrator made. */
async function useGeneralUser(app: TestApp, { simulator, projectCode }: Installation) {
  const clusters = await app.call('erin', 'GET', '/clusters')
  await app.call('erin', 'PATCH', `/clusters/${clusters.body.items[0].cluster_id}`, {
    body: { token: simulator.control.addUser('svc') },
  })
  simulator.control.grantProject('svc', projectCode)
}

/** Deployed by one user and undeployed by another, so that the definition is still there. */
async function setupLeft() {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  await request(app)
  await app.runJobs(2)
  const code = await deployedCode(installation)
  await useGeneralUser(app, installation)
  const { publication_id: id } = (await request(app, UNDEPLOY)).body
  await app.runJobs(2)
  expect(await stateOf(app, id)).toBe('succeeded')
  return { app, installation, code, at: { projectCode: installation.projectCode, code } }
}

const planOf = async (app: TestApp, workflowId = 'daily_orders') =>
  (await app.call('alice', 'POST', `/workflows/${workflowId}/publications:plan`, { body: DEPLOY }))
    .body
const namesOn = async (installation: Installation) =>
  engineOf(installation).listDefinitions(installation.projectCode, options())

test('what was adopted from another owner is taken over again after an undeploy that left it there', async () => {
  const installation = await createInstallation(db, { approvals: 0 })
  const app = await createTestApp(installation)
  const [code] = await makeDefinitions(installation, ['Hand made'])
  await useGeneralUser(app, installation)
  const { id, items } = await previewImport(app)
  await applyAll(app, id)
  await settleImport(app, id)
  const workflowId: string = items[0].workflow_id
  const publish = async (body: object) => {
    const path = `/workflows/${workflowId}/publications`
    const plan = (await app.call('alice', 'POST', `${path}:plan`, { body })).body
    const { publication_id: publicationId } = (
      await app.call('alice', 'POST', path, { body: { ...body, plan_digest: plan.plan_digest } })
    ).body
    await app.runJobs(2)
    return { plan, state: await stateOf(app, publicationId) }
  }
  const undeployed = await publish(UNDEPLOY)

  const again = await publish(DEPLOY)

  expect(undeployed.state).toBe('succeeded')
  expect(again).toMatchObject({
    state: 'succeeded',
    plan: { issues: [], warnings: [TAKES_OVER('Hand made')] },
  })
  expect(await deployedCode(installation)).toBe(code)
  expect(await namesOn(installation)).toHaveLength(1)
})

test('a version of another name takes over what an undeploy left under the old one', async () => {
  const { app, installation, code } = await setupLeft()
  await addVersion(installation, ordersDocument({ name: 'Orders' }))

  const plan = await planOf(app)
  await request(app)
  await app.runJobs(2)

  expect(plan).toMatchObject({
    issues: [],
    warnings: expect.arrayContaining([TAKES_OVER('Daily orders')]),
  })
  expect(await namesOn(installation)).toEqual([{ code, name: 'Orders' }])
})

test('a version of another name takes over what a first deploy left that could not be undone', async () => {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  const { control } = installation.simulator
  control.failNext({ kind: 'forbidden', method: 'POST', path: /release/ })
  control.failNext({ kind: 'forbidden', method: 'DELETE', path: /process-definition/ })
  const { publication_id: id } = (await request(app)).body
  await app.runJobs(2)
  const [left] = await namesOn(installation)
  await addVersion(installation, ordersDocument({ name: 'Orders' }))

  await request(app)
  await app.runJobs(2)

  expect(await stateOf(app, id)).toBe('compensated')
  expect(await namesOn(installation)).toEqual([{ code: left?.code, name: 'Orders' }])
})

test('what its owner deleted since is made anew', async () => {
  const { app, installation, at, code } = await setupLeft()
  const engine = engineOf(installation)
  await engine.deleteDefinition(at, options())

  const plan = await planOf(app)
  await request(app)
  await app.runJobs(2)

  expect(plan.steps).toContain('create')
  expect(await namesOn(installation)).toEqual([
    { code: expect.not.stringMatching(code), name: 'Daily orders' },
  ])
})

test('what was imported under another id since is not taken over', async () => {
  const { app } = await setupLeft()
  const { id } = await previewImport(app)
  await applyAll(app, id)
  await settleImport(app, id)
  const { items } = (await app.call('dave', 'GET', '/deployments')).body

  const plan = await planOf(app)

  expect(items).toMatchObject([{ workflow_id: expect.not.stringMatching(/^daily_orders$/) }])
  expect(plan.issues).toMatchObject([{ pointer: '/name', code: 'plan.name_taken' }])
})
