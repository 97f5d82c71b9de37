import { createHmac } from 'node:crypto'
import type { AlertMessage, Channel, SendOutcome } from '#src/alerts/channel.ts'
import { postJson, type PostDeps, type PostReply } from './post.ts'

const THROTTLES = new Set([429, 502, 503, 504])
const GONE = 410

/** Standard Webhooks 1.0.0: `v1,` and base64 HMAC-SHA256 over `id.timestamp.body`. */
export function webhookSignature(
  secret: string,
  signed: { readonly id: string; readonly timestampSec: string; readonly body: string },
): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const mac = createHmac('sha256', key).update(`${signed.id}.${signed.timestampSec}.${signed.body}`)
  return `v1,${mac.digest('base64')}`
}

/** Any receiver, by https or http; only 2xx is delivery, redirects are not followed. */
export function createWebhookChannel(deps: PostDeps): Channel {
  return {
    kind: 'webhook',
    async send({ target, message, deliveryId, at, signal }) {
      const timestampSec = String(Math.floor(at.getTime() / 1000))
      const body = JSON.stringify(payload(message))
      const headers = {
        'webhook-id': deliveryId,
        'webhook-timestamp': timestampSec,
        ...(target.secret
          ? {
              'webhook-signature': webhookSignature(target.secret, {
                id: deliveryId,
                timestampSec,
                body,
              }),
            }
          : {}),
      }
      return judge(await postJson(deps, target.url, { body, headers, signal }))
    },
  }
}

function payload(message: AlertMessage): object {
  return { type: `alert.${message.event}`, timestamp: message.happened_at, data: message }
}

function judge(reply: PostReply): SendOutcome {
  if (reply.kind === 'no_answer') return { kind: 'retry', reason: reply.reason }
  const { status } = reply
  if (status >= 200 && status < 300) return { kind: 'sent' }
  if (status === GONE) return { kind: 'dead_channel', reason: 'HTTP 410: the receiver is gone' }
  const reason = `HTTP ${status}`
  if (THROTTLES.has(status)) return { kind: 'retry', reason, afterMs: reply.retryAfterMs ?? 5_000 }
  return { kind: 'retry', reason }
}
