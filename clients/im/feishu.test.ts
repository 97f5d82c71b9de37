import { expect, test } from 'vitest'
import { AppError } from '#src/lib/errors.ts'
import type { AlertMessage } from '#src/alerts/channel.ts'
import type { HttpFetch, HttpInit } from '#clients/http/http-fetch.ts'
import { createFeishuChannel, feishuSignature } from './feishu.ts'

const message: AlertMessage = {
  alert_id: 'alr_1',
  kind: 'consecutive_failures',
  severity: 'critical',
  event: 'firing',
  title: 'Daily orders failed 3 times in a row in prod',
  workflow: { id: 'daily_orders', name: 'Daily <orders>' },
  environment: 'prod',
  owner: { name: 'alice', im_ids: { feishu: 'ou_alice' } },
  failing_task: { key: 'load', name: 'load' },
  log_tail: ['line 1', 'exit status 1'],
  log_note: null,
  facts: [{ label: 'Run', value: 'run_1' }],
  link: 'http://engine/ui',
  happened_at: '2026-01-02T03:04:05.000Z',
}

function setup(answer: () => ReturnType<HttpFetch>) {
  const sent: { readonly url: string; readonly init: HttpInit }[] = []
  const channel = createFeishuChannel({
    timeoutMs: 1000,
    fetch: (url, init) => {
      sent.push({ url, init })
      return answer()
    },
  })
  const send = (secret?: string, change: Partial<AlertMessage> = {}) =>
    channel.send({
      deliveryId: 'dlv_1',
      target: {
        url: 'https://open.feishu.cn/open-apis/bot/v2/hook/t',
        ...(secret ? { secret } : {}),
      },
      message: { ...message, ...change },
      at: new Date(1_599_360_473_000),
      signal: new AbortController().signal,
    })
  return { send, sent }
}

const reply = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  Promise.resolve(
    new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers }),
  )

test('the signature equals the documented vector', () => {
  expect(feishuSignature('1599360473', 'demo')).toBe('l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=')
})

test('a card names workflow, environment, task, log, owner and link, and is signed', async () => {
  const { send, sent } = setup(() => reply(200, { code: 0, msg: 'success' }))

  const outcome = await send('demo')

  expect(outcome).toEqual({ kind: 'sent' })
  const body = JSON.parse(sent[0]?.init.body ?? '{}')
  expect(body).toMatchObject({
    timestamp: '1599360473',
    sign: 'l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=',
    msg_type: 'interactive',
  })
  const text = JSON.stringify(body.card)
  for (const part of ['prod', 'load', 'exit status 1', '<at id=ou_alice></at>', 'http://engine/ui'])
    expect(text).toContain(part)
})

test('text from outside is no markup in the card', async () => {
  const { send, sent } = setup(() => reply(200, { code: 0 }))

  await send()

  expect(sent[0]?.init.body).toContain('Daily &#60;orders&#62;')
})

test.each([
  [
    'HTTP 200 with a failing code is a failure',
    () => reply(200, { code: 19021, msg: 'sign match fail' }),
    'dead_channel',
  ],
  [
    'too many messages are retried',
    () => reply(200, { code: 11232, msg: 'frequency limited' }),
    'retry',
  ],
  [
    '9499 that says frequency limited is retried',
    () => reply(200, { code: 9499, msg: 'Frequency Limited' }),
    'retry',
  ],
  [
    'a refused card is not sent again',
    () => reply(200, { code: 200621, msg: 'parse card json err' }),
    'rejected',
  ],
  ['an unreadable answer is retried, never taken as sent', () => reply(200, '<html>'), 'retry'],
  ['a broken connection is retried', () => Promise.reject(new TypeError('fetch failed')), 'retry'],
  [
    'a private address, which may be one bad answer of a name server, is retried',
    () =>
      Promise.reject(
        new TypeError('fetch failed', {
          cause: new AppError('forbidden', 'outbound.forbidden', 'private'),
        }),
      ),
    'retry',
  ],
])('%s', async (_name, answer, kind) => {
  const { send } = setup(answer)

  expect((await send()).kind).toBe(kind)
})

test('a card stays under the size limit of the robot whatever the log', async () => {
  const { send, sent } = setup(() => reply(200, { code: 0 }))

  await send(undefined, { log_tail: ['订单'.repeat(20_000), 'last line'] })

  expect(Buffer.byteLength(sent[0]?.init.body ?? '')).toBeLessThan(20_000)
  expect(sent[0]?.init.body).toContain('last line')
})

test('the end of an alert is told in green, as the end', async () => {
  const { send, sent } = setup(() => reply(200, { code: 0 }))

  await send(undefined, { event: 'resolved' })

  const { card } = JSON.parse(sent[0]?.init.body ?? '{}')
  expect(card.header).toMatchObject({
    template: 'green',
    title: { content: `Resolved: ${message.title}` },
  })
})
