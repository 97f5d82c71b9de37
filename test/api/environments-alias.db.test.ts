import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '#test/support/app.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { createInstallation } from '#test/support/installation.ts'
import { createSimulator } from '#clients/dolphinscheduler/simulator/simulator.ts'

const { db } = await useTestDatabase()

/** A cluster at that address, and an environment of the project there. */
async function bind(
  app: TestApp,
  input: { readonly url: string; readonly token: string; readonly project: string },
) {
  const name = input.url.replaceAll(/\W+/g, '-')
  const cluster = await app.call('erin', 'POST', '/clusters', {
    body: { name, base_url: input.url, token: input.token },
  })
  const { cluster_id } = cluster.body
  await app.call('erin', 'POST', `/clusters/${cluster_id}:probe`)
  return app.call('erin', 'POST', '/environments', {
    body: { name, cluster_id, project_name: input.project, create_project: true },
  })
}

test('a project that an environment has by one address is taken by every other', async () => {
  const installation = await createInstallation(db)
  const app = await createTestApp(installation)
  const { token } = installation.simulator
  const at = { token, project: 'slipway-alias' }

  const first = await bind(app, { ...at, url: 'http://engine.example.com/dolphinscheduler' })
  const alias = await bind(app, { ...at, url: 'http://10.0.0.7/dolphinscheduler' })

  expect(first.status).toBe(201)
  expect(alias).toMatchObject({ status: 409, body: { code: 'environment.project_taken' } })
})

test('another organization’s project is taken too, and whose it is stays unsaid', async () => {
  const mine = await createInstallation(db)
  const theirs = await createInstallation(db)
  const shared = createSimulator({ family: '3.1', now: mine.clock.now })
  const apps = await Promise.all(
    [mine, theirs].map((installation) =>
      createTestApp({ ...installation, simulator: { ...shared, tenant: mine.simulator.tenant } }),
    ),
  )
  const at = { token: shared.token, project: 'slipway-shared' }
  const [one, other] = apps

  const first = one && (await bind(one, { ...at, url: 'http://localhost:1/dolphinscheduler' }))
  const second =
    other && (await bind(other, { ...at, url: 'http://ds.internal:1/dolphinscheduler' }))

  expect(first?.status).toBe(201)
  expect(second).toMatchObject({ status: 409, body: { code: 'environment.project_taken' } })
  expect(JSON.stringify(second?.body)).not.toContain(mine.at.orgId)
})

test('equal names of projects on two engines are two projects', async () => {
  const installations = [await createInstallation(db), await createInstallation(db)]

  const names = await db
    .selectFrom('engine_environment')
    .select('project_name')
    .where(
      'org_id',
      'in',
      installations.map(({ at }) => at.orgId),
    )
    .execute()

  expect(names).toEqual([{ project_name: 'slipway-prod' }, { project_name: 'slipway-prod' }])
})
