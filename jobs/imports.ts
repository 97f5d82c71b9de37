import { listImportsToRun } from '#src/imports/import-work.ts'
import { runImport, type ImportDeps } from '#src/imports/run-import.ts'
import type { Job } from './job.ts'
import { createUnderWay } from './under-way.ts'

const BATCH = 10

/** Takes imports from engines as far as they go without a person. */
export function createImportsJob(deps: ImportDeps & { readonly intervalMs: number }): Job {
  const underWay = createUnderWay()
  return {
    name: 'imports',
    timeoutMs: 10 * 60_000,
    async run(round) {
      for (const { org_id: orgId, import_id: importId } of await listImportsToRun(deps, BATCH)) {
        const call = round.callFor(orgId)
        underWay.start(importId, () =>
          runImport(deps, call, importId).catch((error: unknown) => {
            call.log.error(
              { event: 'import.failed', import_id: importId, err: error },
              'an import could not go on',
            )
          }),
        )
      }
      const isBusy = await underWay.settle(deps.intervalMs, round.signal)
      return { nextInMs: isBusy ? 0 : deps.intervalMs }
    },
  }
}
