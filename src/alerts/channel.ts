import { z } from 'zod'

/** The port of all message channels: what an alert says, and what became of sending it. */
export const CHANNEL_KINDS = ['feishu', 'webhook'] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

export const SEVERITIES = ['info', 'warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** What is wrong: the kind of the rule that saw it. */
export const ALERT_KINDS = ['consecutive_failures', 'publish_failed', 'run_unresolved'] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

export const Facts = z.array(z.object({ label: z.string(), value: z.string() }))

/** What a message says, complete: a channel only lays it out. */
export const AlertMessage = z.object({
  alert_id: z.string(),
  kind: z.string(),
  severity: z.enum(SEVERITIES),
  event: z.enum(['firing', 'resolved', 'test']),
  /** One line that says what is wrong with what, where. */
  title: z.string(),
  workflow: z.object({ id: z.string(), name: z.string() }).nullable(),
  environment: z.string().nullable(),
  owner: z.object({ name: z.string(), im_ids: z.record(z.string(), z.string()) }).nullable(),
  failing_task: z.object({ key: z.string().nullable(), name: z.string() }).nullable(),
  /** Newest last; empty when there is none, with `log_note` saying why. */
  log_tail: z.array(z.string()),
  log_note: z.string().nullable(),
  facts: Facts,
  link: z.string().nullable(),
  /** When it began; of a `resolved` message, when it ended. */
  happened_at: z.iso.datetime(),
})
export type AlertMessage = z.output<typeof AlertMessage>

export type SendOutcome =
  | { readonly kind: 'sent' }
  /** Try again, not before `afterMs`. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number }
  /** The channel itself is broken (revoked, gone): nothing will get through until somebody mends it. */
  | { readonly kind: 'dead_channel'; readonly reason: string }
  /** This message will never be taken. */
  | { readonly kind: 'rejected'; readonly reason: string }

export interface SendInput {
  /** The same on every retry, so that a receiver can drop repeats. */
  readonly deliveryId: string
  /** The opened secret target, as `parseTarget` gave it. */
  readonly target: ChannelTarget
  readonly message: AlertMessage
  /** Time of this attempt: signatures carry it. */
  readonly at: Date
  readonly signal: AbortSignal
}

export interface Channel {
  readonly kind: ChannelKind
  /** Never throws for what a receiver does; throws only when aborted. */
  send(input: SendInput): Promise<SendOutcome>
}

/** The whole URL of a chat robot is a credential; so is the signing secret. */
export const ChannelTarget = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** Feishu: the robot's signing secret. Webhook: `whsec_` and base64 of 24 to 64 bytes. */
  secret: z.string().min(1).optional(),
})
export type ChannelTarget = z.output<typeof ChannelTarget>
