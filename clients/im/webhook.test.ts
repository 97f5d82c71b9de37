import { expect, test } from 'vitest'
import type { AlertMessage } from '#src/alerts/channel.ts'
import type { HttpFetch, HttpInit } from '#clients/http/http-fetch.ts'
import { createWebhookChannel, webhookSignature } from './webhook.ts'

const message: AlertMessage = {
  alert_id: 'alr_1',
  kind: 'publish_failed',
  severity: 'warning',
  event: 'firing',
  title: 'A publish failed',
  workflow: null,
  environment: 'prod',
  owner: null,
  failing_task: null,
  log_tail: [],
  log_note: null,
  facts: [],
  link: null,
  happened_at: '2026-01-02T03:04:05.000Z',
}

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

function setup(answer: () => ReturnType<HttpFetch>) {
  const sent: HttpInit[] = []
  const channel = createWebhookChannel({
    timeoutMs: 1000,
    fetch: (_url, init) => {
      sent.push(init)
      return answer()
    },
  })
  const send = (at = new Date(1_614_265_330_000)) =>
    channel.send({
      deliveryId: 'dlv_1',
      target: { url: 'https://x/hook', secret: SECRET },
      message,
      at,
      signal: new AbortController().signal,
    })
  return { send, sent }
}

test('the signature equals the vector of Standard Webhooks', () => {
  const signed = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestampSec: '1614265330',
    body: '{"test": 2432232314}',
  }

  expect(webhookSignature(SECRET, signed)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

test('a retry keeps the id and signs its own time', async () => {
  const { send, sent } = setup(() => Promise.resolve(new Response(null, { status: 204 })))

  const outcomes = [await send(), await send(new Date(1_614_265_390_000))]

  expect(outcomes).toEqual([{ kind: 'sent' }, { kind: 'sent' }])
  expect(sent.map((init) => init.headers['webhook-id'])).toEqual(['dlv_1', 'dlv_1'])
  expect(sent.map((init) => init.headers['webhook-timestamp'])).toEqual([
    '1614265330',
    '1614265390',
  ])
  expect(sent[1]?.headers['webhook-signature']).toBe(
    webhookSignature(SECRET, {
      id: 'dlv_1',
      timestampSec: '1614265390',
      body: sent[1]?.body ?? '',
    }),
  )
})

test.each([
  ['a redirect is no delivery', 302, {}, { kind: 'retry', reason: 'HTTP 302' }],
  [
    '410 ends the channel',
    410,
    {},
    { kind: 'dead_channel', reason: 'HTTP 410: the receiver is gone' },
  ],
  [
    'Retry-After is honoured',
    429,
    { 'retry-after': '7' },
    { kind: 'retry', reason: 'HTTP 429', afterMs: 7000 },
  ],
  ['a server error is retried', 500, {}, { kind: 'retry', reason: 'HTTP 500' }],
])('%s', async (_name, status, headers, expected) => {
  const { send } = setup(() => Promise.resolve(new Response('', { status, headers })))

  expect(await send()).toEqual(expected)
})
