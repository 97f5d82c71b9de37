import type { Db } from '../db/database.ts'
import { databaseNow } from '../db/now.ts'
import { listUnprepared } from './alert-store.ts'
import { listDue, type DueDelivery } from './delivery-store.ts'

/** Alerts whose message is to be written, by the database's clock. */
export async function listAlertsToPrepare(
  deps: { readonly db: Db },
  limit: number,
): Promise<readonly { readonly org_id: string; readonly alert_id: string }[]> {
  return listUnprepared(deps.db, await databaseNow(deps.db), limit)
}

/** Deliveries to send now, grouped by channel: one channel that hangs delays no other. */
export async function listDueByChannel(
  deps: { readonly db: Db },
  limit: number,
): Promise<readonly (readonly DueDelivery[])[]> {
  const due = await listDue(deps.db, await databaseNow(deps.db), limit)
  return [...Map.groupBy(due, (delivery) => delivery.channel_id).values()]
}
