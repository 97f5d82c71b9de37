import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { must } from '../lib/must.ts'
import { clientIp, parseProxy, senderOf, type TrustedProxy } from './client-ip.ts'

const trust = (...texts: readonly string[]): readonly TrustedProxy[] =>
  texts.flatMap((text) => parseProxy(text) ?? [])

test('without a trusted proxy the socket alone says where a request came from', () => {
  expect(clientIp({ peer: '10.0.0.7', forwardedFor: '1.2.3.4' }, [])).toBe('10.0.0.7')
  expect(clientIp({ peer: '::ffff:10.0.0.7', forwardedFor: undefined }, [])).toBe('10.0.0.7')
  expect(clientIp({ peer: null, forwardedFor: '1.2.3.4' }, [])).toBeNull()
})

test('a trusted proxy is believed about its own client, and about nothing further away', () => {
  const proxies = trust('10.0.0.0/8', '::1')

  expect(clientIp({ peer: '10.0.0.7', forwardedFor: '1.2.3.4' }, proxies)).toBe('1.2.3.4')
  expect(clientIp({ peer: '::1', forwardedFor: 'forged, 1.2.3.4, 10.1.1.1' }, proxies)).toBe(
    '1.2.3.4',
  )
  expect(clientIp({ peer: '5.6.7.8', forwardedFor: '1.2.3.4' }, proxies)).toBe('5.6.7.8')
})

test('a header that names nobody leaves the proxy', () => {
  const proxies = trust('10.0.0.7')

  expect(clientIp({ peer: '10.0.0.7', forwardedFor: undefined }, proxies)).toBe('10.0.0.7')
  expect(clientIp({ peer: '10.0.0.7', forwardedFor: "'; --" }, proxies)).toBe('10.0.0.7')
})

test('behind a unix socket the proxy has no address and is trusted by that word', () => {
  expect(clientIp({ peer: null, forwardedFor: '2001:DB8::1' }, trust('unix'))).toBe('2001:db8::1')
})

test('what is no address and no range is no proxy', () => {
  expect(['proxy', '10', '10.0.0.0/33', ''].map(parseProxy)).toEqual([null, null, null, null])
})

test('the sender of a request that came by a socket is the other end of it', async () => {
  const app = new Hono().get('/', (c) => c.json(senderOf(c)))
  const server = createServer(getRequestListener(app.fetch))
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const { port } = must(server.address(), 'it listens') as AddressInfo

  const reply = await fetch(`http://127.0.0.1:${port}/`, {
    headers: { 'x-forwarded-for': '1.2.3.4' },
  })
  const sender = await reply.json()
  server.close()

  expect(sender).toEqual({ peer: '127.0.0.1', forwardedFor: '1.2.3.4' })
  expect(await (await app.request('/')).json()).toEqual({ peer: null })
})
