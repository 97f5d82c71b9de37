import type { Db } from '../db/database.ts'
import { databaseNow } from '../db/now.ts'
import { listDueRuns, type DueRun } from './start-store.ts'

/** Runs to send or to look for now, by the database's clock. */
export async function listRunsToStart(
  deps: { readonly db: Db },
  choice: {
    readonly limit: number
    readonly perEnvironment: number
    readonly except: readonly string[]
  },
): Promise<readonly DueRun[]> {
  return listDueRuns(deps.db, await databaseNow(deps.db), choice)
}
