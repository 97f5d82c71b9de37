import { listOrgIds } from '#src/access/org-store.ts'
import { watchEnvironment, type WatchDeps } from '#src/drift/watch-environment.ts'
import { listEnvironmentIds } from '#src/environments/list-all-environments.ts'
import type { Job } from './job.ts'
import { createUnderWay } from './under-way.ts'

/** Compares what the engines hold with what was published, environments side by side. */
export function createDriftWatchJob(deps: WatchDeps & { readonly intervalMs: number }): Job {
  const underWay = createUnderWay()
  return {
    name: 'drift-watch',
    timeoutMs: 10 * 60_000,
    async run(round) {
      for (const orgId of await listOrgIds(deps.db)) {
        const call = round.callFor(orgId)
        for (const environmentId of await listEnvironmentIds(deps, call)) {
          underWay.start(environmentId, () =>
            watchEnvironment(deps, call, environmentId).catch((error: unknown) => {
              if (call.signal.aborted) return
              call.log.warn(
                { event: 'drift.unreachable', environment_id: environmentId, err: error },
                'an environment could not be compared',
              )
            }),
          )
        }
      }
      const isBusy = await underWay.settle(deps.intervalMs, round.signal)
      return { nextInMs: isBusy ? 0 : deps.intervalMs }
    },
  }
}
