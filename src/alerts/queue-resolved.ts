import { z } from 'zod'
import type { OrgTx } from '../db/database.ts'
import { databaseNow } from '../db/now.ts'
import type { Row } from '../db/tables.ts'
import { SEVERITIES } from './channel.ts'
import { insertDeliveries } from './delivery-store.ts'
import { listChannelIdsFor } from './route-store.ts'

/** The end of an alert, for those channels that have heard of it and whose routes want to know. */
export async function queueResolved(
  tx: OrgTx,
  alert: Row<'alert'>,
  told: { readonly channelIds: readonly string[]; readonly at: Date },
): Promise<void> {
  if (told.channelIds.length === 0) return
  const wanting = await listChannelIdsFor(tx, {
    environmentId: alert.environment_id,
    kind: alert.kind,
    severity: z.enum(SEVERITIES).parse(alert.severity),
    event: 'resolved',
  })
  await insertDeliveries(tx, {
    alertId: alert.alert_id,
    channelIds: wanting.filter((channelId) => told.channelIds.includes(channelId)),
    event: 'resolved',
    at: told.at,
    dueAt: await databaseNow(tx.q),
  })
}
