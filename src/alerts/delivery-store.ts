import type { Db, OrgReader, OrgTx } from '../db/database.ts'
import type { Row } from '../db/tables.ts'
import { writeJson } from '../db/json-column.ts'
import { newId } from '../lib/ids.ts'

export type DeliveryState = 'pending' | 'sending' | 'sent' | 'dead'

/** One delivery a channel and event; a second insert of the same is nothing new. */
export async function insertDeliveries(
  tx: OrgTx,
  input: {
    readonly alertId: string
    readonly channelIds: readonly string[]
    readonly event: string
    readonly at: Date
  },
): Promise<void> {
  if (input.channelIds.length === 0) return
  await tx.q
    .insertInto('alert_delivery')
    .ignore()
    .values(
      input.channelIds.map((channelId) => ({
        org_id: tx.orgId,
        delivery_id: newId('dlv'),
        alert_id: input.alertId,
        channel_id: channelId,
        event: input.event,
        state: 'pending',
        attempts: 0,
        next_attempt_at: input.at,
        created_at: input.at,
      })),
    )
    .execute()
}

export interface DueDelivery {
  readonly org_id: string
  readonly delivery_id: string
  readonly channel_id: string
}

/** What is due, over all organizations, oldest first; a lease that ran out is due again. */
export async function listDue(db: Db, now: Date, limit: number): Promise<readonly DueDelivery[]> {
  return db
    .selectFrom('alert_delivery')
    .select(['org_id', 'delivery_id', 'channel_id'])
    .where('state', 'in', ['pending', 'sending'])
    .where('next_attempt_at', '<=', now)
    .orderBy('next_attempt_at')
    .limit(limit)
    .execute()
}

/**
 * Takes one delivery before it is sent. While it is taken, `next_attempt_at` is the end of the
 * lease: a sender that dies leaves it due again, with the same id.
 */
export async function takeDelivery(
  tx: OrgTx,
  deliveryId: string,
  lease: { readonly owner: string; readonly now: Date; readonly until: Date },
): Promise<Row<'alert_delivery'> | null> {
  const taken = await tx.q
    .updateTable('alert_delivery')
    .set((eb) => ({
      state: 'sending',
      attempts: eb('attempts', '+', 1),
      lease_owner: lease.owner,
      lease_until: lease.until,
      next_attempt_at: lease.until,
    }))
    .where('org_id', '=', tx.orgId)
    .where('delivery_id', '=', deliveryId)
    .where('state', 'in', ['pending', 'sending'])
    .where('next_attempt_at', '<=', lease.now)
    .executeTakeFirst()
  return taken.numUpdatedRows > 0n ? findDelivery(tx, deliveryId) : null
}

export async function findDelivery(
  at: OrgReader,
  deliveryId: string,
): Promise<Row<'alert_delivery'> | null> {
  const row = await at.q
    .selectFrom('alert_delivery')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('delivery_id', '=', deliveryId)
    .executeTakeFirst()
  return row ?? null
}

export interface DeliveryResult {
  readonly owner: string
  readonly state: DeliveryState
  readonly nextAttemptAt: Date | null
  readonly sentAt: Date | null
  readonly error: string | null
}

/** Only the holder of the lease records a result. */
export async function markDelivery(
  tx: OrgTx,
  deliveryId: string,
  result: DeliveryResult,
): Promise<void> {
  await tx.q
    .updateTable('alert_delivery')
    .set({
      state: result.state,
      next_attempt_at: result.nextAttemptAt,
      sent_at: result.sentAt,
      lease_owner: null,
      lease_until: null,
      last_error: result.error === null ? null : writeJson({ reason: result.error }),
    })
    .where('org_id', '=', tx.orgId)
    .where('delivery_id', '=', deliveryId)
    .where('lease_owner', '=', result.owner)
    .execute()
}

export async function listDeliveries(
  at: OrgReader,
  filter: {
    readonly state?: string | undefined
    readonly alertId?: string | undefined
    readonly after: string | null
    readonly limit: number
  },
): Promise<readonly Row<'alert_delivery'>[]> {
  let query = at.q
    .selectFrom('alert_delivery')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .orderBy('delivery_id', 'desc')
    .limit(filter.limit + 1)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.alertId !== undefined) query = query.where('alert_id', '=', filter.alertId)
  if (filter.after !== null) query = query.where('delivery_id', '<', filter.after)
  return query.execute()
}
