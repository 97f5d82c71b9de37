import type { OrgTx } from '../db/database.ts'
import { clearOnlineSince, lockOnlineSince, type Place } from './deployment-store.ts'
import type { Plan } from './plan.ts'

/** The definition is taken down by these, or is another one after them. */
const TOUCHING: ReadonlySet<string> = new Set(['offline', 'create', 'update', 'online', 'delete'])

/** From here on nobody can say that it is online without a break; a look at the engine that began before says nothing. */
export async function endOnline(
  tx: OrgTx,
  { plan, at }: { readonly plan: Plan; readonly at: Date },
): Promise<void> {
  if (!plan.steps.some((step) => TOUCHING.has(step))) return
  const place = { workflowId: plan.workflow_id, environmentId: plan.environment_id }
  await clearOnlineSince(tx, place, at)
}

/** Since when that version is there online; without `version` the one that the row has. */
export async function findOnlineSince(
  tx: OrgTx,
  place: Place,
  now: { readonly isOnline: boolean; readonly version?: number; readonly at: Date },
): Promise<Date | null> {
  if (!now.isOnline) return null
  const row = await lockOnlineSince(tx, place)
  const isSame = now.version === undefined || row?.version === now.version
  return (isSame ? row?.online_since : null) ?? now.at
}
