import { applyPublication, type ApplyDeps } from '#src/publishing/apply-publication.ts'
import { expirePublication } from '#src/publishing/decide-publication.ts'
import { listOverdueApprovals, listWork } from '#src/publishing/publish-work.ts'
import type { Job } from './job.ts'

const BATCH = 20

/** Applies what is approved, side by side; ends approvals whose time is over. */
export function createPublishJob(deps: ApplyDeps & { readonly intervalMs: number }): Job {
  return {
    name: 'publish',
    timeoutMs: 10 * 60_000,
    async run(round) {
      for (const { org_id: orgId, publication_id: publicationId } of await listOverdueApprovals(
        deps,
        BATCH,
      )) {
        await expirePublication(deps, round.callFor(orgId), { publicationId })
      }
      const due = await listWork(deps, BATCH)
      const rounds = due.map(async ({ org_id: orgId, publication_id: publicationId }) => {
        const call = round.callFor(orgId)
        await applyPublication(deps, call, publicationId).catch((error: unknown) => {
          call.log.error(
            { event: 'publication.attempt_failed', publication_id: publicationId, err: error },
            'an attempt to apply a publication failed',
          )
        })
      })
      await Promise.all(rounds)
      return { nextInMs: deps.intervalMs }
    },
  }
}
