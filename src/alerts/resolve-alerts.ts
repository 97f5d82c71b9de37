import type { OrgTx } from '../db/database.ts'
import { markAlertsResolved } from './alert-store.ts'
import { listReachedChannelIds } from './delivery-store.ts'
import { queueResolved } from './queue-resolved.ts'

/** The trouble behind a finding is over: its alerts say so, and who heard of one hears that too. */
export async function resolveAlerts(tx: OrgTx, findingId: string, at: Date): Promise<void> {
  for (const alert of await markAlertsResolved(tx, findingId, at))
    await queueResolved(tx, alert, {
      channelIds: await listReachedChannelIds(tx, alert.alert_id),
      at,
    })
}
