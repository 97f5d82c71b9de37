import type { Db, OrgReader, OrgTx } from '../db/database.ts'
import type { Row } from '../db/tables.ts'
import { writeJson } from '../db/json-column.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { DeliveryState } from './alerts.ts'

/** One delivery a channel and event; a second insert of the same is nothing new. */
export async function insertDeliveries(
  tx: OrgTx,
  input: {
    readonly alertId: string
    readonly channelIds: readonly string[]
    readonly event: 'firing' | 'resolved'
    readonly at: Date
    /** By the database's clock, which is what it is compared with. */
    readonly dueAt: Date
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
        next_attempt_at: input.dueAt,
        created_at: input.at,
      })),
    )
    .execute()
}

export interface DueChannel {
  readonly org_id: string
  readonly channel_id: string
}

/** Channels with something due, over all organizations, the one that waits longest first. */
export async function listDueChannels(
  db: Db,
  now: Date,
  { except, limit }: { readonly except: readonly string[]; readonly limit: number },
): Promise<readonly DueChannel[]> {
  let query = db
    .selectFrom('alert_delivery')
    .select(['org_id', 'channel_id'])
    .where('state', 'in', ['pending', 'sending'])
    .where('next_attempt_at', '<=', now)
    .groupBy(['org_id', 'channel_id'])
    .orderBy((eb) => eb.fn.min('next_attempt_at'))
    .limit(limit)
  if (except.length > 0) query = query.where('channel_id', 'not in', except)
  return query.execute()
}

/** What is due at one channel, oldest first; a lease that ran out is due again. */
export async function listDue(
  at: OrgReader,
  channelId: string,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await at.q
    .selectFrom('alert_delivery')
    .select('delivery_id')
    .where('org_id', '=', at.orgId)
    .where('channel_id', '=', channelId)
    .where('state', 'in', ['pending', 'sending'])
    .where('next_attempt_at', '<=', now)
    .orderBy('next_attempt_at')
    .orderBy('delivery_id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.delivery_id)
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

export async function getDelivery(
  at: OrgReader,
  deliveryId: string,
): Promise<Row<'alert_delivery'>> {
  const delivery = await findDelivery(at, deliveryId)
  if (!delivery)
    throw new AppError('not_found', 'delivery.not_found', `no delivery "${deliveryId}"`)
  return delivery
}

/** False: it is not due. */
export async function markParked(
  tx: OrgTx,
  deliveryId: string,
  { now, reason }: { readonly now: Date; readonly reason: string },
): Promise<boolean> {
  const result = await tx.q
    .updateTable('alert_delivery')
    .set({
      state: 'parked',
      next_attempt_at: null,
      lease_owner: null,
      lease_until: null,
      last_error: writeJson({ reason }),
    })
    .where('org_id', '=', tx.orgId)
    .where('delivery_id', '=', deliveryId)
    .where('state', 'in', ['pending', 'sending'])
    .where('next_attempt_at', '<=', now)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Due again from the start, under the id that it has; false: it is being sent. */
export async function markDueAgain(tx: OrgTx, deliveryId: string, now: Date): Promise<boolean> {
  const result = await tx.q
    .updateTable('alert_delivery')
    .set({ state: 'pending', attempts: 0, next_attempt_at: now, sent_at: null })
    .where('org_id', '=', tx.orgId)
    .where('delivery_id', '=', deliveryId)
    .where('state', '!=', 'sending')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** What a channel missed while it was off. */
export async function markMissedDue(tx: OrgTx, channelId: string, now: Date): Promise<void> {
  await tx.q
    .updateTable('alert_delivery')
    .set({ state: 'pending', attempts: 0, next_attempt_at: now })
    .where('org_id', '=', tx.orgId)
    .where('channel_id', '=', channelId)
    .where('state', 'in', ['parked', 'dead'])
    .execute()
}

/** The channels that got the first message of an alert. */
export async function listReachedChannelIds(
  at: OrgReader,
  alertId: string,
): Promise<readonly string[]> {
  const rows = await at.q
    .selectFrom('alert_delivery')
    .select('channel_id')
    .where('org_id', '=', at.orgId)
    .where('alert_id', '=', alertId)
    .where('event', '=', 'firing')
    .where('state', '=', 'sent')
    .execute()
  return rows.map((row) => row.channel_id)
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
