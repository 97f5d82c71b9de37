import type { Db } from '#src/db/database.ts'
import { editDefinition, engineOf } from './engine.ts'
import { createTestApp, type TestApp } from './app.ts'
import {
  addVersion,
  createInstallation,
  ordersDocument,
  type Installation,
} from './installation.ts'

export const DEPLOY = { environment: 'prod', operation: 'deploy', online: true }

/** A workflow's first version in an organization whose prod wants that many approvals. */
export async function setupPublishing(db: Db, options: { readonly approvals?: number } = {}) {
  const installation = await createInstallation(db, { approvals: 1, ...options })
  const app = await createTestApp(installation)
  await addVersion(installation, ordersDocument())
  return { installation, app }
}

export async function request(
  app: TestApp,
  body: Record<string, unknown> = DEPLOY,
  headers: Record<string, string> = {},
) {
  const plan = await app.call('alice', 'POST', '/workflows/daily_orders/publications:plan', {
    body,
  })
  return app.call('alice', 'POST', '/workflows/daily_orders/publications', {
    body: { ...body, plan_digest: plan.body.plan_digest },
    headers,
  })
}

export const approve = (app: TestApp, who: string, id: string) =>
  app.call(who, 'POST', `/publications/${id}:approve`, { body: { comment: 'fine' } })
export const stateOf = async (app: TestApp, id: string) =>
  (await app.call('dave', 'GET', `/publications/${id}`)).body.state

export async function changeOnEngine(installation: Installation): Promise<void> {
  const { projectCode } = installation
  const options = { signal: AbortSignal.timeout(2_000) }
  const [first] = await engineOf(installation).listDefinitions(projectCode, options)
  await editDefinition(installation, { projectCode, code: first?.code ?? '' }, (definition) => ({
    ...definition,
    timeoutMin: 99,
  }))
}
