import { listOrgIds } from '#src/access/list-orgs.ts'
import { listEnvironmentIds } from '#src/environments/list-all-environments.ts'
import { sleep } from '#src/lib/time.ts'
import { syncEnvironment, type SyncDeps } from '#src/runs/sync-environment.ts'
import type { Job, JobRound } from './job.ts'

/**
 * Keeps the cache equal to the engines, environments side by side. A round does not wait for a
 * slow one: its cycle goes on, and the next rounds leave it out until it has ended.
 */
export function createSyncJob(deps: SyncDeps & { readonly intervalMs: number }): Job {
  const underWay = new Map<string, Promise<void>>()
  return {
    name: 'execution-history-sync',
    timeoutMs: 5 * 60_000,
    async run(round) {
      for (const orgId of await listOrgIds(deps.db)) {
        for (const environmentId of await listEnvironmentIds(deps, round.callFor(orgId))) {
          if (underWay.has(environmentId)) continue
          const cycle = runCycle(deps, round, { orgId, environmentId }).finally(() =>
            underWay.delete(environmentId),
          )
          underWay.set(environmentId, cycle)
        }
      }
      const isSlow = await isStillBusy([...underWay.values()], deps.intervalMs, round.signal)
      // What is cut off here ends soon, before the database is closed.
      if (round.signal.aborted) await Promise.all(underWay.values())
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

/** Waits for all of them, but no longer than that. */
async function isStillBusy(
  cycles: readonly Promise<void>[],
  ms: number,
  signal: AbortSignal,
): Promise<boolean> {
  const patience = new AbortController()
  const isLate = sleep(ms, AbortSignal.any([signal, patience.signal])).then(
    () => true,
    () => true,
  )
  const isDone = Promise.all(cycles).then(() => false)
  try {
    return await Promise.race([isDone, isLate])
  } finally {
    patience.abort()
  }
}
