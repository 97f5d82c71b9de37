import { listOrgIds } from '#src/access/list-orgs.ts'
import { judgeAttempt, type JudgeDeps } from '#src/inspections/judge-attempt.ts'
import { listDueAttempts } from '#src/inspections/list-unjudged.ts'
import type { Job } from './job.ts'

const BATCH = 200

/** Feeds each confirmed final attempt to the rules, in order of start. */
export function createJudgeJob(deps: JudgeDeps & { readonly intervalMs: number }): Job {
  return {
    name: 'judge-attempts',
    timeoutMs: 60_000,
    async run(round) {
      let isMore = false
      for (const orgId of await listOrgIds(deps.db)) {
        const call = round.callFor(orgId)
        const due = await listDueAttempts(deps, call, { limit: BATCH })
        isMore ||= due.length === BATCH
        for (const { run_id: runId, attempt } of due) {
          round.signal.throwIfAborted()
          await judgeAttempt(deps, call, { runId, attempt })
        }
      }
      return { nextInMs: isMore ? 0 : deps.intervalMs }
    },
  }
}
