import type { OrgReader } from '../db/database.ts'
import { countRuns } from './run-store.ts'

/** Runs of one version in one environment that ended well; no more are counted than are wanted. */
export async function countSuccesses(
  at: OrgReader,
  place: {
    readonly workflowId: string
    readonly environmentId: string
    readonly version: number
  },
  wanted: number,
): Promise<number> {
  return countRuns(at, { ...place, state: 'success' }, wanted)
}
