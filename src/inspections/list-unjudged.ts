import { forOrg, type Db } from '../db/database.ts'
import type { Call } from '../lib/call.ts'
import { listUnjudged, type DueAttempt } from './attempt-store.ts'

/** What waits to be judged in the call's organization, in order of start. */
export async function listDueAttempts(
  deps: { readonly db: Db },
  call: Call,
  input: { readonly limit: number },
): Promise<readonly DueAttempt[]> {
  return listUnjudged(forOrg(deps.db, call.orgId), input.limit)
}
