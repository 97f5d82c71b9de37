import type { Db } from '../db/database.ts'
import { databaseNow } from '../db/now.ts'
import { listDueImports } from './import-store.ts'

/** Imports that have work to do and are in nobody's hands. */
export async function listImportsToRun(deps: { readonly db: Db }, limit: number) {
  return listDueImports(deps.db, { now: await databaseNow(deps.db), limit })
}
