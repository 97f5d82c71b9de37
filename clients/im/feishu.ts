import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Channel, SendInput, SendOutcome } from '#src/alerts/channel.ts'
import { toFeishuCard } from './feishu-card.ts'
import { postJson, type PostDeps, type PostReply } from './post.ts'

const Answer = z.looseObject({ code: z.number(), msg: z.string().default('') })

/** 11232: too often. 9499 says "frequency limited" too at times, so the text counts as well. */
const THROTTLED = 11232
/** 19001 token invalid, 19021 wrong signature, 19022 address not allowed, 19024 keyword missing. */
const DEAD = new Set([19001, 19021, 19022, 19024])

/** Key and message look swapped and are not: the key holds the time, the message is empty. */
export function feishuSignature(timestampSec: string, secret: string): string {
  return createHmac('sha256', `${timestampSec}\n${secret}`).update('').digest('base64')
}

/** Feishu / Lark custom robot. It answers HTTP 200 to failures: only `code` decides. */
export function createFeishuChannel(deps: PostDeps): Channel {
  return {
    kind: 'feishu',
    send: async (input) =>
      judge(
        await postJson(deps, input.target.url, {
          body: bodyOf(input),
          headers: {},
          signal: input.signal,
        }),
      ),
  }
}

function bodyOf({ target, message, at }: SendInput): string {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  return JSON.stringify({
    ...(target.secret ? { timestamp, sign: feishuSignature(timestamp, target.secret) } : {}),
    msg_type: 'interactive',
    card: toFeishuCard(message),
  })
}

function judge(reply: PostReply): SendOutcome {
  if (reply.kind === 'no_answer') return { kind: 'retry', reason: reply.reason }
  const answer = Answer.safeParse(parseJson(reply.text))
  if (!answer.success)
    return { kind: 'retry', reason: `HTTP ${reply.status} without a readable code` }
  const { code, msg } = answer.data
  const reason = `Feishu code ${code}: ${msg.slice(0, 200)}`
  if (code === 0) return { kind: 'sent' }
  if (code === THROTTLED || /frequency limited/i.test(msg))
    return { kind: 'retry', reason, afterMs: 60_000 }
  if (DEAD.has(code)) return { kind: 'dead_channel', reason }
  return reply.status >= 500 ? { kind: 'retry', reason } : { kind: 'rejected', reason }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
