import { listOrgIds } from '#src/access/org-store.ts'
import { forOrg } from '#src/db/database.ts'
import { listUnjudged } from '#src/inspections/attempt-store.ts'
import { judgeAttempt, type JudgeDeps } from '#src/inspections/judge-attempt.ts'
import type { Job, JobRound } from './job.ts'

const BATCH = 200

/** Feeds each confirmed final attempt to the rules, in order of start. */
export function createJudgeJob(deps: JudgeDeps & { readonly intervalMs: number }): Job {
  return {
    name: 'judge-attempts',
    timeoutMs: 60_000,
    async run(round) {
      let isMore = false
      for (const orgId of await listOrgIds(deps.db))
        isMore = (await judgeAll(deps, round, orgId)) === BATCH || isMore
      return { nextInMs: isMore ? 0 : deps.intervalMs }
    },
  }
}

/** How many were judged; one that cannot be leaves the rest their turn. */
async function judgeAll(deps: JudgeDeps, round: JobRound, orgId: string): Promise<number> {
  const call = round.callFor(orgId)
  let judged = 0
  for (const { run_id: runId, attempt } of await listUnjudged(forOrg(deps.db, orgId), BATCH)) {
    round.signal.throwIfAborted()
    try {
      await judgeAttempt(deps, call, { runId, attempt })
      judged += 1
    } catch (error) {
      call.log.error(
        { event: 'attempt.judge_failed', execution_id: runId, attempt, err: error },
        'an attempt could not be judged',
      )
    }
  }
  return judged
}
