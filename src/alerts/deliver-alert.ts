import { forOrg, inTx, type Db } from '../db/database.ts'
import { databaseNow } from '../db/now.ts'
import { readJson, readJsonOrNull } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { Call } from '../lib/call.ts'
import { must } from '../lib/must.ts'
import type { SecretBox } from '../lib/secrets.ts'
import { addMs, type Clock } from '../lib/time.ts'
import { getAlert } from './alert-store.ts'
import { targetContext } from './alert-channel.ts'
import {
  AlertMessage,
  ChannelTarget,
  type Channel,
  type ChannelKind,
  type SendOutcome,
} from './channel.ts'
import { getChannel, markChannelDisabled } from './channel-store.ts'
import { markDelivery, takeDelivery, type DeliveryResult } from './delivery-store.ts'

export interface DeliverDeps {
  readonly db: Db
  readonly now: Clock
  readonly secrets: SecretBox
  readonly channels: Readonly<Record<ChannelKind, Channel>>
  readonly owner: string
  /** Longer than one send may take: while it runs nobody else sends the same. */
  readonly leaseMs: number
  readonly observeDelivery: (delivery: { readonly kind: string; readonly outcome: string }) => void
}

/** Waits after the 1st, 2nd … failure; the last one repeats until GIVE_UP_AFTER. */
const BACKOFF_MS = [5_000, 15_000, 60_000, 120_000, 300_000, 900_000, 1_800_000, 3_600_000]
const GIVE_UP_AFTER = 30

/** Sends one delivery and records what became of it. A kill in between sends it again, same id. */
export async function deliverAlert(
  deps: DeliverDeps,
  call: Call,
  deliveryId: string,
): Promise<void> {
  const at = forOrg(deps.db, call.orgId)
  const now = await databaseNow(at.q)
  const delivery = await inTx(at, (tx) =>
    takeDelivery(tx, deliveryId, { owner: deps.owner, now, until: addMs(now, deps.leaseMs) }),
  )
  if (!delivery) return
  const channel = await getChannel(at, delivery.channel_id)
  const outcome = await send(deps, call, { delivery, channel })
  deps.observeDelivery({ kind: channel.kind, outcome: outcome.kind })
  const result = resultOf({ owner: deps.owner, now: await databaseNow(at.q) }, delivery, outcome)
  await inTx(at, async (tx) => {
    await markDelivery(tx, deliveryId, result)
    if (outcome.kind === 'dead_channel')
      await markChannelDisabled(tx, channel.channel_id, outcome.reason)
  })
  if (outcome.kind !== 'sent') {
    call.log.warn(
      {
        event: 'alert.not_delivered',
        delivery_id: deliveryId,
        outcome: outcome.kind,
        reason: outcome.reason,
        attempts: delivery.attempts,
      },
      'alert not delivered',
    )
  }
}

async function send(
  deps: DeliverDeps,
  call: Call,
  {
    delivery,
    channel,
  }: { readonly delivery: Row<'alert_delivery'>; readonly channel: Row<'alert_channel'> },
): Promise<SendOutcome> {
  if (!channel.is_enabled)
    return {
      kind: 'rejected',
      reason: `the channel is disabled: ${channel.disabled_reason ?? 'by an admin'}`,
    }
  const alert = await getAlert(forOrg(deps.db, call.orgId), delivery.alert_id)
  const message = must(readJsonOrNull(AlertMessage, alert.message), 'a delivery has a message')
  const kind: ChannelKind = channel.kind === 'feishu' ? 'feishu' : 'webhook'
  return deps.channels[kind].send({
    deliveryId: delivery.delivery_id,
    target: readJson(
      ChannelTarget,
      deps.secrets.open(channel.target_box, targetContext(channel.channel_id)),
    ),
    message: { ...message, event: delivery.event === 'resolved' ? 'resolved' : message.event },
    at: deps.now(),
    signal: call.signal,
  })
}

function resultOf(
  { owner, now }: { readonly owner: string; readonly now: Date },
  delivery: Row<'alert_delivery'>,
  outcome: SendOutcome,
): DeliveryResult {
  if (outcome.kind === 'sent')
    return { owner, state: 'sent', sentAt: now, nextAttemptAt: null, error: null }
  const failed = { owner, sentAt: null, error: outcome.reason }
  if (outcome.kind !== 'retry' || delivery.attempts >= GIVE_UP_AFTER)
    return { ...failed, state: 'dead', nextAttemptAt: null }
  const backoffMs = BACKOFF_MS[Math.min(delivery.attempts, BACKOFF_MS.length) - 1] ?? 0
  return {
    ...failed,
    state: 'pending',
    nextAttemptAt: addMs(now, Math.max(backoffMs, outcome.afterMs ?? 0)),
  }
}
