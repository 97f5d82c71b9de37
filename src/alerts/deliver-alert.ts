import { forOrg, inTx, type Db, type OrgTx } from '../db/database.ts'
import { databaseNow } from '../db/now.ts'
import { readJson, readJsonOrNull } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { Call } from '../lib/call.ts'
import { must } from '../lib/must.ts'
import type { SecretBox } from '../lib/secrets.ts'
import { addMs, type Clock } from '../lib/time.ts'
import { getAlert, lockAlert } from './alert-store.ts'
import { targetContext } from './alert-channel.ts'
import {
  AlertMessage,
  ChannelTarget,
  type Channel,
  type ChannelKind,
  type SendOutcome,
} from './channel.ts'
import { lockChannel } from './channel-store.ts'
import {
  findDelivery,
  markDelivery,
  markParked,
  takeDelivery,
  type DeliveryResult,
} from './delivery-store.ts'
import { disableChannel } from './disable-channel.ts'
import { queueResolved } from './queue-resolved.ts'

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
  const taken = await inTx(at, (tx) => take(deps, tx, deliveryId))
  if (!taken) return
  if (taken === 'parked') {
    call.log.warn(
      { event: 'alert.parked', delivery_id: deliveryId },
      'a message waits for its channel, which is switched off',
    )
    return
  }
  const { delivery, channel } = taken
  const outcome = await send(deps, call, taken)
  deps.observeDelivery({ kind: channel.kind, outcome: outcome.kind })
  await inTx(at, (tx) => record(deps, call, tx, { ...taken, outcome }))
  if (outcome.kind !== 'sent') {
    call.log.warn(
      {
        event: 'alert.not_delivered',
        delivery_id: deliveryId,
        channel_id: channel.channel_id,
        outcome: outcome.kind,
        reason: outcome.reason,
        attempts: delivery.attempts,
      },
      'alert not delivered',
    )
  }
}

interface Taken {
  readonly delivery: Row<'alert_delivery'>
  readonly channel: Row<'alert_channel'>
}

/** Null: nothing to send. For a channel that is off it waits, parked, until the channel is on. */
async function take(
  deps: DeliverDeps,
  tx: OrgTx,
  deliveryId: string,
): Promise<Taken | 'parked' | null> {
  const waiting = await findDelivery(tx, deliveryId)
  if (!waiting) return null
  const channel = await lockChannel(tx, waiting.channel_id)
  const now = await databaseNow(tx.q)
  if (!channel.is_enabled) {
    const reason = `the channel is disabled: ${channel.disabled_reason ?? 'by an admin'}`
    return (await markParked(tx, deliveryId, { now, reason })) ? 'parked' : null
  }
  const lease = { owner: deps.owner, now, until: addMs(now, deps.leaseMs) }
  const delivery = await takeDelivery(tx, deliveryId, lease)
  return delivery && { delivery, channel }
}

async function send(
  deps: DeliverDeps,
  call: Call,
  { delivery, channel }: Taken,
): Promise<SendOutcome> {
  const target = openTarget(deps, channel)
  if (!target) return { kind: 'retry', reason: 'the target of the channel cannot be decrypted' }
  const alert = await getAlert(forOrg(deps.db, call.orgId), delivery.alert_id)
  const message = must(readJsonOrNull(AlertMessage, alert.message), 'a delivery has a message')
  const kind: ChannelKind = channel.kind === 'feishu' ? 'feishu' : 'webhook'
  return deps.channels[kind].send({
    deliveryId: delivery.delivery_id,
    target,
    message: delivery.event === 'resolved' ? resolvedMessage(message, alert) : message,
    at: deps.now(),
    signal: call.signal,
  })
}

/** Null: the key that sealed it is not configured, which somebody can mend. */
function openTarget(deps: DeliverDeps, channel: Row<'alert_channel'>): ChannelTarget | null {
  try {
    const text = deps.secrets.open(channel.target_box, targetContext(channel.channel_id))
    return readJson(ChannelTarget, text)
  } catch {
    return null
  }
}

/** The log belongs to the trouble, not to its end. */
function resolvedMessage(message: AlertMessage, alert: Row<'alert'>): AlertMessage {
  return {
    ...message,
    event: 'resolved',
    log_tail: [],
    log_note: null,
    happened_at: alert.resolved_at?.toISOString() ?? message.happened_at,
  }
}

async function record(
  deps: DeliverDeps,
  call: Call,
  tx: OrgTx,
  { delivery, channel, outcome }: Taken & { readonly outcome: SendOutcome },
): Promise<void> {
  const { delivery_id: deliveryId, channel_id: channelId } = delivery
  const at = { owner: deps.owner, now: await databaseNow(tx.q) }
  if (outcome.kind === 'dead_channel') {
    const { reason } = outcome
    const isOff = await disableChannel(tx, call, { channel, reason, at: deps.now() })
    const retry = resultOf(at, delivery, { kind: 'retry', reason })
    const parked = { ...retry, state: 'parked', nextAttemptAt: null } as const
    return markDelivery(tx, deliveryId, isOff ? parked : retry)
  }
  if (outcome.kind !== 'sent' || delivery.event !== 'firing')
    return markDelivery(tx, deliveryId, resultOf(at, delivery, outcome))
  // The lock comes first: whoever resolves it sees this one as sent, or is seen here.
  const alert = await lockAlert(tx, delivery.alert_id)
  await markDelivery(tx, deliveryId, resultOf(at, delivery, outcome))
  if (alert.state === 'resolved')
    await queueResolved(tx, alert, { channelIds: [channelId], at: deps.now() })
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
