import { listOrgIds } from '#src/access/org-store.ts'
import { listEnvironmentIds } from '#src/environments/list-all-environments.ts'
import { syncEnvironment, type SyncDeps } from '#src/runs/sync-environment.ts'
import type { Job, JobRound } from './job.ts'
import { createUnderWay } from './under-way.ts'

/** Keeps the cache equal to the engines, environments side by side. */
export function createSyncJob(deps: SyncDeps & { readonly intervalMs: number }): Job {
  const underWay = createUnderWay()
  return {
    name: 'execution-history-sync',
    timeoutMs: 5 * 60_000,
    async run(round) {
      for (const orgId of await listOrgIds(deps.db)) {
        for (const environmentId of await listEnvironmentIds(deps, round.callFor(orgId)))
          underWay.start(environmentId, () => runCycle(deps, round, { orgId, environmentId }))
      }
      const isSlow = await underWay.settle(deps.intervalMs, round.signal)
      return { nextInMs: isSlow ? 0 : deps.intervalMs }
    },
  }
}

async function runCycle(
  deps: SyncDeps,
  round: JobRound,
  { orgId, environmentId }: { readonly orgId: string; readonly environmentId: string },
): Promise<void> {
  const call = round.callFor(orgId)
  await syncEnvironment(deps, call, environmentId).catch((error: unknown) => {
    if (call.signal.aborted) return
    call.log.warn(
      { event: 'sync.failed', environment_id: environmentId, err: error },
      'an environment could not be synced',
    )
  })
}
