import { listRunsToStart } from '#src/runs/run-work.ts'
import { startRun, type StartRunDeps } from '#src/runs/start-run.ts'
import type { Job, JobRound } from './job.ts'
import { createUnderWay } from './under-way.ts'

const BATCH = 50
/** At once, so that a silent cluster leaves room for the others. */
const PER_ENVIRONMENT = 10

/** Sends requested runs, and looks for those whose answer was lost. */
export function createStartRunsJob(deps: StartRunDeps & { readonly intervalMs: number }): Job {
  const underWay = createUnderWay()
  const environmentOf = new Map<string, string>()
  return {
    name: 'start-runs',
    timeoutMs: 120_000,
    async run(round) {
      const due = await listRunsToStart(deps, {
        limit: BATCH,
        perEnvironment: PER_ENVIRONMENT,
        except: busyEnvironments([...environmentOf.values()]),
      })
      for (const { org_id: orgId, environment_id: environmentId, run_id: runId } of due) {
        underWay.start(runId, () => {
          environmentOf.set(runId, environmentId)
          return startOne(deps, round, { orgId, runId }).finally(() => environmentOf.delete(runId))
        })
      }
      const isSlow = await underWay.settle(deps.intervalMs, round.signal)
      return { nextInMs: isSlow || due.length === BATCH ? 0 : deps.intervalMs }
    },
  }
}

async function startOne(
  deps: StartRunDeps,
  round: JobRound,
  { orgId, runId }: { readonly orgId: string; readonly runId: string },
): Promise<void> {
  const call = round.callFor(orgId)
  await startRun(deps, call, runId).catch((error: unknown) => {
    call.log.error(
      { event: 'run.start_failed', execution_id: runId, err: error },
      'a run could not be started',
    )
  })
}

function busyEnvironments(environmentIds: readonly string[]): readonly string[] {
  return [...new Set(environmentIds)].filter(
    (id) => environmentIds.filter((each) => each === id).length >= PER_ENVIRONMENT,
  )
}
