import type { Db } from '#src/db/database.ts'
import { request, setupPublishing } from './app-publishing.ts'
import type { TestApp } from './app.ts'
import { addVersion, ordersDocument, type Installation } from './installation.ts'
import { hurryRuns } from './runs.ts'

export const RUNS = '/workflows/daily_orders/runs'

/** A workflow that is online in prod. */
export async function setupRuns(db: Db, change: Parameters<typeof ordersDocument>[0] = {}) {
  const { app, installation } = await setupPublishing(db, { approvals: 0 })
  if (Object.keys(change).length > 0) await addVersion(installation, ordersDocument(change))
  await request(app)
  await app.runJobs(2)
  return { app, installation }
}

export const start = (
  app: TestApp,
  body: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
) => app.call('carol', 'POST', RUNS, { body, headers })
export const runOf = async (app: TestApp, id: string) =>
  (await app.call('dave', 'GET', `/runs/${id}`)).body

export async function runToEnd(app: TestApp, installation: Installation, id: string) {
  for (let round = 0; round < 20; round++) {
    await hurryRuns(installation)
    await app.runJobs(1)
    const run = await runOf(app, id)
    if (
      run.is_final &&
      run.attempts.every((entry: { is_confirmed: boolean }) => entry.is_confirmed)
    )
      return run
  }
  throw new Error('the run did not end')
}
