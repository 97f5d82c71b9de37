import { listOrgIds } from '#src/access/list-orgs.ts'
import { listEnvironmentIds } from '#src/environments/list-all-environments.ts'
import { syncEnvironment, type SyncDeps } from '#src/runs/sync-environment.ts'
import type { Job } from './job.ts'

/** Keeps the cache equal to the engines; environments side by side, so that a silent one delays no other. */
export function createSyncJob(deps: SyncDeps & { readonly intervalMs: number }): Job {
  return {
    name: 'execution-history-sync',
    timeoutMs: 5 * 60_000,
    async run(round) {
      for (const orgId of await listOrgIds(deps.db)) {
        const call = round.callFor(orgId)
        const cycles = (await listEnvironmentIds(deps, call)).map(async (environmentId) => {
          await syncEnvironment(deps, call, environmentId).catch((error: unknown) => {
            call.log.warn(
              { event: 'sync.failed', environment_id: environmentId, err: error },
              'an environment could not be synced',
            )
          })
        })
        await Promise.all(cycles)
      }
      return { nextInMs: deps.intervalMs }
    },
  }
}
