import { applyPublication, type ApplyDeps } from '#src/publishing/apply-publication.ts'
import { expirePublication } from '#src/publishing/end-publication.ts'
import { listOverdueApprovals, listWork } from '#src/publishing/publish-work.ts'
import type { Call } from '#src/lib/call.ts'
import type { Job } from './job.ts'
import { createUnderWay } from './under-way.ts'

const BATCH = 50

/** Applies what is approved, side by side; ends approvals whose time is over. */
export function createPublishJob(deps: ApplyDeps & { readonly intervalMs: number }): Job {
  const attempts = createUnderWay()
  return {
    name: 'publish',
    timeoutMs: 10 * 60_000,
    async run(round) {
      for (const each of await listOverdueApprovals(deps, BATCH)) {
        const publicationId = each.publication_id
        await logged(round.callFor(each.org_id), publicationId, (call) =>
          expirePublication(deps, call, { publicationId }),
        )
      }
      for (const each of await listWork(deps, BATCH)) {
        const publicationId = each.publication_id
        attempts.start(publicationId, () =>
          logged(round.callFor(each.org_id), publicationId, (call) =>
            applyPublication(deps, call, publicationId),
          ),
        )
      }
      const isBusy = await attempts.settle(deps.intervalMs, round.signal)
      return { nextInMs: isBusy ? 0 : deps.intervalMs }
    },
  }
}

/** One that fails stops no other. */
async function logged(
  call: Call,
  publicationId: string,
  work: (call: Call) => Promise<void>,
): Promise<void> {
  await work(call).catch((error: unknown) => {
    if (call.signal.aborted) return
    call.log.error(
      { event: 'publication.attempt_failed', publication_id: publicationId, err: error },
      'an attempt to apply a publication failed',
    )
  })
}
