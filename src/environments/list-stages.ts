import type { OrgReader } from '../db/database.ts'
import { listEnvironments } from './environment-store.ts'
import type { Environment } from './environment.ts'

/** Environments of lower stages, the nearest first. */
export async function listStagesBelow(
  at: OrgReader,
  stageRank: number,
): Promise<readonly Environment[]> {
  return (await listEnvironments(at))
    .filter((environment) => environment.stageRank < stageRank)
    .toSorted((a, b) => b.stageRank - a.stageRank)
}
