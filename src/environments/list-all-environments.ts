import { forOrg, type Db } from '../db/database.ts'
import type { Call } from '../lib/call.ts'
import { listEnvironments } from './environment-store.ts'

/** Ids of the environments of the call's organization: for jobs. */
export async function listEnvironmentIds(
  deps: { readonly db: Db },
  call: Call,
): Promise<readonly string[]> {
  return (await listEnvironments(forOrg(deps.db, call.orgId))).map(
    (environment) => environment.environmentId,
  )
}
