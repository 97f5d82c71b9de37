import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { z } from '@hono/zod-openapi'
import { expect, test } from 'vitest'
import { createApp, type AppDeps } from './app.ts'
import { endpoint, json } from './http/endpoint.ts'
import { AnyJson } from './lib/any-json.ts'
import { SCOPES } from './lib/call.ts'
import { silentLog } from './lib/log.ts'
import { listen } from './listen.ts'

const Body = z.strictObject({ name: z.string(), params: z.record(z.string(), AnyJson).default({}) })

interface Seen {
  readonly errors: unknown[]
  readonly statuses: number[]
}

/** An app of one path that takes GET and PUT, and what it has logged. */
function appWith(change: Partial<AppDeps> = {}) {
  const seen: Seen = { errors: [], statuses: [] }
  const app = createApp({
    log: { ...silentLog, error: (fields) => seen.errors.push(fields), child: () => silentLog },
    observer: { observe: ({ status }) => seen.statuses.push(status) },
    monotonicMs: () => 0,
    signal: new AbortController().signal,
    maxBodyBytes: 5_000_000,
    trustedProxies: [],
    authenticate: () =>
      Promise.resolve({
        orgId: 'org_1',
        scopes: SCOPES,
        actor: {
          kind: 'member',
          id: 'mem_1',
          name: 'alice',
          roles: ['admin'],
          tokenId: null,
          tokenCreatedBy: null,
          ip: null,
        },
      }),
    open: [],
    features: [
      (api) => {
        const common = {
          path: '/things/{id}',
          description: 'It.',
          request: { params: z.object({ id: z.string() }) },
        }
        const responses = { 200: json(Body.partial(), 'It') }
        endpoint(api, { scope: 'read' }, { ...common, method: 'get', responses }, (c) =>
          c.json({}, 200),
        )
        endpoint(
          api,
          { scope: 'read' },
          {
            ...common,
            method: 'put',
            request: { ...common.request, body: { required: true, ...json(Body, 'It') } },
            responses,
          },
          (c) => c.json(c.req.valid('json'), 200),
        )
      },
    ],
    ...change,
  })
  return { app, seen }
}

const Answer = z.looseObject({
  code: z.string(),
  issues: z.array(z.looseObject({ message: z.string() })).default([]),
})
const HEADERS = { authorization: 'Bearer t', 'content-type': 'application/json' }

async function put(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
) {
  const reply = await appWith().app.request('/api/v1/things/1', {
    method: 'PUT',
    body,
    headers: { ...HEADERS, ...headers },
  })
  return { status: reply.status, body: Answer.parse(await reply.json()) }
}

test('another method of a path is 405 and says which it takes; another path is 404', async () => {
  const { app } = appWith()
  const ask = async (method: string, path: string) => {
    const reply = await app.request(path, { method, headers: HEADERS })
    return [reply.status, reply.headers.get('allow'), Answer.parse(await reply.json()).code]
  }

  expect(await ask('DELETE', '/api/v1/things/1')).toEqual([
    405,
    'GET, PUT',
    'request.method_not_allowed',
  ])
  expect(await ask('DELETE', '/api/v1/nothing')).toEqual([404, null, 'request.not_found'])
  expect(await ask('GET', '/api/v1/things/1:explode')).toEqual([404, null, 'request.not_found'])
})

test('a key that stands twice is refused by its place', async () => {
  const reply = await put('{"name": "a", "params": {"x": 1, "x": 2}}')

  expect(reply).toMatchObject({
    status: 422,
    body: {
      code: 'request.invalid',
      issues: [{ pointer: '/params/x', code: 'request.duplicate_key' }],
    },
  })
})

test('half a surrogate pair is refused by its place', async () => {
  const reply = await put(String.raw`{"name": "a\ud800", "params": {"x": "\udc00"}}`)

  expect(reply.status).toBe(422)
  expect(reply.body.issues).toMatchObject([
    { pointer: '/name', code: 'request.not_unicode' },
    { pointer: '/params/x', code: 'request.not_unicode' },
  ])
})

test('a body that is nested without end is refused', async () => {
  const reply = await put(`{"name": "a", "params": {"x": ${'['.repeat(5000)}${']'.repeat(5000)}}}`)

  expect(reply).toMatchObject({ status: 422, body: { issues: [{ code: 'request.too_deep' }] } })
})

test('bytes that are no UTF-8 are refused, not mended', async () => {
  const reply = await put(new Uint8Array([...Buffer.from('{"name": "'), 0xff, 0x22, 0x7d]))

  expect(reply).toMatchObject({ status: 400, body: { detail: 'the body is not UTF-8' } })
})

test('of very many faults the first are listed, and how many more there are', async () => {
  const fields = Array.from({ length: 300_000 }, (_, index) => `"k${index}": 1`)

  const reply = await put(`{"name": "a", ${fields.join()}}`)

  expect(reply.body.issues).toHaveLength(1001)
  expect(reply.body.issues.at(-1)).toMatchObject({ message: '299000 more are not listed' })
})

/** The app on a socket, and what comes back for the bytes that `send` writes. */
async function overSocket(
  send: (socket: Socket) => void,
  options: { readonly requestTimeoutMs?: number; readonly maxBodyBytes?: number } = {},
): Promise<{ readonly reply: string; readonly seen: Seen }> {
  const { requestTimeoutMs = 60_000, maxBodyBytes = 5_000_000 } = options
  const { app, seen } = appWith({ maxBodyBytes })
  const socketPath = join(await mkdtemp(join(tmpdir(), 'slipway-')), 'socket')
  const server = await listen(getRequestListener(app.fetch), {
    listen: { socketPath },
    requestTimeoutMs,
  })
  const socket = connect(socketPath)
  let reply = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    reply += String(chunk)
  })
  socket.on('error', (error) => {
    reply += error.message
  })
  await once(socket, 'connect')
  send(socket)
  await once(socket, 'close')
  await server.close()
  return { reply, seen }
}

const PUT = 'PUT /api/v1/things/1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer t\r\n'

test('a request that does not arrive in time is answered with 408', async () => {
  const half = `${PUT}content-type: application/json\r\ncontent-length: 100\r\n\r\n{"na`

  const { reply, seen } = await overSocket((socket) => socket.write(half), {
    requestTimeoutMs: 200,
  })
  const noBody = await overSocket((socket) => socket.write('GET / HT'), { requestTimeoutMs: 200 })

  expect(reply).toMatch(/^HTTP\/1.1 408 [^]*problem\+json[^]*request\.too_slow/)
  expect(noBody.reply).toMatch(/^HTTP\/1.1 408 [^]*request\.too_slow/)
  expect(seen).toEqual({ errors: [], statuses: [400] })
})

test('a body in chunks is read like any other', async () => {
  const { reply } = await overSocket((socket) => {
    socket.write(`${PUT}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`)
    socket.end('8\r\n{"name":\r\n4\r\n"a"}\r\n0\r\n\r\n')
  })

  expect(reply).toMatch(/^HTTP\/1.1 200 [^]*\{"name":"a","params":\{\}\}/)
})

test('what is no HTTP is answered with a problem', async () => {
  const { reply } = await overSocket((socket) => socket.write('hello\r\n\r\n'))

  expect(reply).toMatch(/^HTTP\/1.1 400 [^]*problem\+json[^]*request\.malformed/)
})

test('an address in plain Chinese is told to be encoded', async () => {
  const { reply } = await overSocket((socket) =>
    socket.write('GET /api/v1/things/1?search=订单 HTTP/1.1\r\nhost: x\r\n\r\n'),
  )

  expect(reply).toMatch(/^HTTP\/1.1 400 [^]*request\.malformed[^]*have to be percent-encoded/)
})

test.each([
  ['of a known length', 'content-length: 100\r\n\r\n{"na'],
  ['in chunks', 'transfer-encoding: chunked\r\n\r\n4\r\n{"na\r\n'],
])('an upload %s that is broken off is no failure of ours', async (_name, rest) => {
  const { seen } = await overSocket((socket) => {
    socket.write(`${PUT}content-type: application/json\r\n${rest}`)
    setTimeout(() => socket.destroy(), 50)
  })

  await expect.poll(() => seen.statuses).toEqual([400])
  expect(seen.errors).toEqual([])
})

test.each([
  ['of a known length', 'content-length: 20000000\r\n\r\n', (part: string) => part, ''],
  [
    'in chunks',
    'transfer-encoding: chunked\r\n\r\n',
    (part: string) => `${part.length.toString(16)}\r\n${part}\r\n`,
    '0\r\n\r\n',
  ],
])('a body %s that is too large is 413, which its sender sees', async (_name, head, wrap, end) => {
  const part = 'x'.repeat(100_000)

  const { reply } = await overSocket(
    (socket) => {
      socket.write(`${PUT}content-type: application/json\r\n${head}`)
      for (let sent = 0; sent < 200; sent++) socket.write(wrap(part))
      socket.end(end)
    },
    { maxBodyBytes: 1_000_000 },
  )

  expect(reply).toMatch(/^HTTP\/1.1 413 [^]*request\.too_large/)
  expect(reply).not.toMatch(/EPIPE|ECONNRESET/)
})
