import type { Db } from '#src/db/database.ts'
import { request, setupPublishing } from './app-publishing.ts'
import type { TestApp } from './app.ts'
import { engineOf } from './engine.ts'
import { addVersion, ordersDocument, type Installation } from './installation.ts'

export const BODY = { workflow_id: 'daily_orders', from: 'test', to: 'prod', online: true }
export const promote = (
  app: TestApp,
  body: Record<string, unknown> = BODY,
  headers: Record<string, string> = {},
) => app.call('alice', 'POST', '/promotions', { body, headers })
export const setPolicy = (app: TestApp, promotion: Record<string, number> | null) =>
  app.call('erin', 'PUT', '/environments/prod/policy', {
    body: { approvals_required: 0, promotion },
  })

/** `test` below `prod`, each with a warehouse of its own name; v2 runs in `test`. */
export async function setupPromotion(db: Db) {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  const { control, tenant } = installation.simulator
  const clusters = await app.call('erin', 'GET', '/clusters')
  await app.call('erin', 'POST', '/environments', {
    body: {
      name: 'test',
      cluster_id: clusters.body.items[0].cluster_id,
      project_name: 'slipway-test',
      create_project: true,
      defaults: { tenant },
      policy: { approvals_required: 0 },
    },
  })
  for (const [name, rank] of [
    ['test', 10],
    ['prod', 20],
  ] as const) {
    control.addDataSource(`warehouse_${name}`, 'MYSQL')
    const { headers } = await app.call('erin', 'GET', `/environments/${name}`)
    await app.call('erin', 'PATCH', `/environments/${name}`, {
      body: { stage_rank: rank, overlay: { data_sources: { warehouse: `warehouse_${name}` } } },
      headers: { 'if-match': headers.get('etag') ?? '' },
    })
  }
  await addVersion(
    installation,
    ordersDocument({
      tasks: [
        { key: 'extract', type: 'shell', script: 'echo' },
        { key: 'load', type: 'sql', needs: ['extract'], datasource: 'warehouse', sql: 'select 1' },
      ],
    }),
  )
  await request(app, { environment: 'test', operation: 'deploy', online: true })
  await app.runJobs(2)
  return { app, installation }
}

/** The engine, and where it holds the one workflow of an environment. */
export async function placeIn(app: TestApp, installation: Installation, name: string) {
  const { project_code: projectCode } = (await app.call('dave', 'GET', `/environments/${name}`))
    .body
  const engine = engineOf(installation)
  const options = { signal: AbortSignal.timeout(5_000) }
  const [head] = await engine.listDefinitions(projectCode, options)
  return { engine, options, at: { projectCode: String(projectCode), code: head?.code ?? '' } }
}
