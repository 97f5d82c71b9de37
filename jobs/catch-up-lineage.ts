import {
  catchUpLineage,
  FIRST_PAGE,
  listStale,
  type CatchUpDeps,
  type StaleWorkflow,
} from '#src/lineage/catch-up.ts'
import { isAppError } from '#src/lib/errors.ts'
import type { Job, JobRound } from './job.ts'

const INTERVAL_MS = 15_000
/** A round is one page of workflows, and of those that are stale so many. */
const BATCH = 20

/** Brings lineage up to date with versions that were made before it, or had much SQL at once. */
export function createCatchUpLineageJob(deps: CatchUpDeps): Job {
  let after = FIRST_PAGE
  return {
    name: 'catch-up-lineage',
    timeoutMs: 60_000,
    async run(round) {
      const { stale, next } = await listStale(deps, after)
      const batch = stale.slice(0, BATCH)
      for (const workflow of batch) await catchUpOne(deps, round, workflow)
      const last = batch.at(-1)
      if (last && stale.length > BATCH) {
        after = { orgId: last.orgId, workflowId: last.workflowId }
        return { nextInMs: 0 }
      }
      after = next ?? FIRST_PAGE
      return { nextInMs: next ? 0 : INTERVAL_MS }
    },
  }
}

/** One that cannot be brought up to date leaves the others their turn. */
async function catchUpOne(
  deps: CatchUpDeps,
  round: JobRound,
  workflow: StaleWorkflow,
): Promise<void> {
  round.signal.throwIfAborted()
  const call = { ...round.callFor(workflow.orgId), signal: round.signal }
  try {
    await catchUpLineage(deps, call, workflow)
  } catch (error) {
    if (isAppError(error, 'not_found') || round.signal.aborted) return
    call.log.error(
      { event: 'lineage.catch_up_failed', workflow_id: workflow.workflowId, err: error },
      'the tasks of a workflow could not be made searchable',
    )
  }
}
