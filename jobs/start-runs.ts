import { listRunsToStart } from '#src/runs/run-work.ts'
import { startRun, type StartRunDeps } from '#src/runs/start-run.ts'
import type { Job } from './job.ts'

const BATCH = 50

/** Sends requested runs, and looks for those whose answer was lost. */
export function createStartRunsJob(deps: StartRunDeps & { readonly intervalMs: number }): Job {
  return {
    name: 'start-runs',
    timeoutMs: 120_000,
    async run(round) {
      const due = await listRunsToStart(deps, BATCH)
      const starts = due.map(async ({ org_id: orgId, run_id: runId }) => {
        const call = round.callFor(orgId)
        await startRun(deps, call, runId).catch((error: unknown) => {
          call.log.error(
            { event: 'run.start_failed', execution_id: runId, err: error },
            'a run could not be started',
          )
        })
      })
      await Promise.all(starts)
      return { nextInMs: due.length === BATCH ? 0 : deps.intervalMs }
    },
  }
}
