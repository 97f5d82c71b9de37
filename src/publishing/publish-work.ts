import type { Db } from '../db/database.ts'
import { databaseNow } from '../db/now.ts'
import { addMs } from '../lib/time.ts'
import { listDuePublications, listExpired, type DuePublication } from './publication-store.ts'

/** Publications to apply now; those in a living replica's hands are left out. */
export async function listWork(
  deps: { readonly db: Db; readonly callDeadlineMs: number },
  limit: number,
): Promise<readonly DuePublication[]> {
  const now = await databaseNow(deps.db)
  return listDuePublications(deps.db, { now, freeBefore: addMs(now, -deps.callDeadlineMs), limit })
}

export async function listOverdueApprovals(
  deps: { readonly db: Db },
  limit: number,
): Promise<readonly DuePublication[]> {
  return listExpired(deps.db, await databaseNow(deps.db), limit)
}
