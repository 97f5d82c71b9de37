import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { silentLog } from '#src/lib/log.ts'
import { must } from '#src/lib/must.ts'
import { systemClock } from '#src/lib/time.ts'
import { sendHttp } from './http-client.ts'
import type { HttpCall } from './http-client.ts'
import { createTransport } from './transport.ts'
import type { Transport, TransportOptions } from './transport.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function serve(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  cleanups.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = must(typeof address === 'object' ? address : null, 'a port').port
  return { url: `http://127.0.0.1:${port}/x`, server }
}

function transport(options: TransportOptions = {}): Transport {
  const made = createTransport(options)
  cleanups.push(async () => made.close())
  return made
}

async function send({ fetch }: Transport, url: string, changes: Partial<HttpCall> = {}) {
  return sendHttp(
    { fetch, now: systemClock, log: silentLog, sleep: async () => undefined, random: () => 0 },
    {
      operation: 'test',
      method: 'GET',
      url,
      headers: {},
      isRepeatable: false,
      signal: new AbortController().signal,
      deadlineMs: 3_000,
      ...changes,
    },
  )
}

test('a form is sent and its answer read', async () => {
  const { url } = await serve((request, response) => {
    response.setHeader('content-type', 'application/json')
    request.on('data', (chunk: Buffer) => response.end(`{"got":"${chunk.toString()}"}`))
  })

  const answer = await send(transport(), url, { method: 'POST', body: 'a=b' })

  expect(answer).toMatchObject({ status: 200, isJson: true, text: '{"got":"a=b"}' })
  expect(answer.date).not.toBeNull()
})

test('connections are used again', async () => {
  const ports = new Set<number | undefined>()
  const { url } = await serve((request, response) => {
    ports.add(request.socket.remotePort)
    response.end('ok')
  })
  const shared = transport()

  for (let call = 0; call < 10; call += 1) await send(shared, url)

  expect(ports.size).toBeLessThan(4)
})

test('a refused connection was surely not sent', async () => {
  const { url, server } = await serve(() => undefined)
  server.close()

  const error = await send(transport(), url).catch((failure: unknown) => failure)

  expect(error).toMatchObject({
    kind: 'unavailable',
    code: 'engine.no_answer',
    details: { sent: false, reason: 'ECONNREFUSED' },
  })
})

test('an unknown host was surely not sent', async () => {
  const error = await send(transport(), 'http://host.invalid/').catch((failure: unknown) => failure)

  expect(error).toMatchObject({ code: 'engine.no_answer', details: { sent: false } })
})

test('a reset after the request may have been sent', async () => {
  const { url } = await serve((request) => request.socket.destroy())

  const error = await send(transport(), url, { method: 'POST', body: 'a=b' }).catch(
    (failure: unknown) => failure,
  )

  expect(error).toMatchObject({ code: 'engine.no_answer', details: { sent: true } })
})

test('a server that never answers runs into the deadline of the call', async () => {
  const { url } = await serve(() => undefined)

  const error = await send(transport(), url, { deadlineMs: 50 }).catch(
    (failure: unknown) => failure,
  )

  expect(error).toMatchObject({
    code: 'engine.no_answer',
    details: { sent: true, reason: 'deadline' },
  })
})

test('a body that stops in the middle is no answer', async () => {
  const { url } = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"code":')
  })

  const error = await send(transport({ bodyTimeoutMs: 50 }), url).catch(
    (failure: unknown) => failure,
  )

  expect(error).toMatchObject({ code: 'engine.no_answer', details: { sent: true } })
})

test('a redirect is an answer and is not followed', async () => {
  let calls = 0
  const { url } = await serve((_request, response) => {
    calls += 1
    response.writeHead(302, { location: '/elsewhere' }).end()
  })

  const answer = await send(transport(), url)

  expect(answer.status).toBe(302)
  expect(calls).toBe(1)
})

test('an answer above the limit is no answer', async () => {
  const { url } = await serve((_request, response) => response.end('x'.repeat(10_000)))

  const error = await send(transport({ maxReplyBytes: 1000 }), url).catch(
    (failure: unknown) => failure,
  )

  expect(error).toMatchObject({ code: 'engine.no_answer', details: { sent: true } })
})

test('the caller who gives up ends the call', async () => {
  const { url } = await serve(() => undefined)
  const abort = new AbortController()

  const pending = send(transport(), url, { signal: abort.signal }).catch(
    (failure: unknown) => failure,
  )
  await delay(20)
  abort.abort()

  expect(await pending).toMatchObject({ code: 'engine.no_answer', details: { sent: true } })
})
