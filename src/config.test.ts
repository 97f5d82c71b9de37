import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'

test('nothing set: the embedded database, port 8003, loopback', () => {
  const config = parseConfig({})

  expect(config.listen).toEqual({ port: 8003, host: '127.0.0.1' })
  expect(config.database).toMatchObject({ kind: 'embedded', home: '.slipway' })
})

test('every fault is told at once, by the name of its variable', () => {
  const parse = () =>
    parseConfig({ PORT: 'x', LISTEN: 'tcp:1', DATABASE_URL: 'postgres://x', BOOTSTRAP_ORG: 'acme' })

  expect(parse).toThrow(/PORT:[^]*LISTEN:[^]*DATABASE_URL:[^]*SLIPWAY_KEYS:[^]*BOOTSTRAP_ORG/)
})

test('an image without DATABASE_URL stops with one sentence', () => {
  expect(() => parseConfig({ DATABASE: 'required' })).toThrow(
    'configuration:\n  DATABASE_URL: set it to mysql://user:password@host:port/database; this image brings no database of its own',
  )
})

test('an empty variable counts as not set', () => {
  expect(parseConfig({ PORT: '', DATABASE_URL: '' }).listen).toEqual({
    port: 8003,
    host: '127.0.0.1',
  })
})

test('a socket path and allowed hosts are read', () => {
  const config = parseConfig({ LISTEN: 'unix:/run/slipway.sock', OUTBOUND_ALLOW_HOSTS: 'a:1, b' })

  expect(config.listen).toEqual({ socketPath: '/run/slipway.sock' })
  expect(config.outboundAllowHosts).toEqual(['a:1', 'b'])
})
