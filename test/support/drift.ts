import { createDriftWatchJob } from '#jobs/drift-watch.ts'
import { silentLog } from '#src/lib/log.ts'
import type { TestApp } from './app.ts'
import type { Installation } from './installation.ts'
import { systemCall } from './seed.ts'

const DAY_MS = 86_400_000

/** What the drift-watch job sees a minute later. */
export async function lookForDrift(installation: Installation, sweepMs = DAY_MS): Promise<void> {
  installation.clock.advance(60_000)
  const job = createDriftWatchJob({
    ...installation.deps,
    callDeadlineMs: 500,
    sweepMs,
    intervalMs: 10_000,
  })
  const only = { ...systemCall(installation.at.orgId), signal: new AbortController().signal }
  await job.run({ signal: only.signal, log: silentLog, callFor: (orgId) => ({ ...only, orgId }) })
}

/** The only one there is. */
export async function deploymentOf(app: TestApp) {
  const { items } = (await app.call('dave', 'GET', '/deployments')).body
  return (await app.call('dave', 'GET', `/deployments/${items[0].deployment_id}`)).body
}
