import { forOrg, inTx, type Db } from '../db/database.ts'
import type { Call } from '../lib/call.ts'
import { readEnvironmentRow } from '../environments/assert-environment.ts'
import { assertWorkflow } from '../workflows/assert-workflow.ts'
import { listPlaces } from './place-store.ts'
import { markSyncDue } from './sync-store.ts'

/** The next cycle of the workflow's environments looks further back. Answers their names. */
export async function refreshRuns(
  deps: { readonly db: Db },
  call: Call,
  input: { readonly workflowId: string },
): Promise<string[]> {
  const db = forOrg(deps.db, call.orgId)
  await assertWorkflow(db, input.workflowId)
  const places = await listPlaces(db, input.workflowId)
  await inTx(db, async (tx) => {
    for (const place of places) await markSyncDue(tx, place.environment_id)
  })
  return Promise.all(
    places.map(async (place) => (await readEnvironmentRow(db, place.environment_id)).name),
  )
}
