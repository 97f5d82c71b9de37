import type { OrgReader } from '../db/database.ts'
import { countDeployments } from './deployment-store.ts'

/** Workflows that were ever published to an environment: their history hangs on it. */
export async function countDeployedIn(at: OrgReader, environmentId: string): Promise<number> {
  return countDeployments(at, environmentId)
}
