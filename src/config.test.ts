import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseConfig, SETTINGS } from './config.ts'

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

test('a publish lease that two engine calls outlast is a fault, against the defaults as well', () => {
  expect(() => parseConfig({ ENGINE_CALL_TIMEOUT_MS: '30000' })).toThrow(
    'PUBLISH_LEASE_MS: must be longer than two engine calls, so more than 60000 (ENGINE_CALL_TIMEOUT_MS is 30000)',
  )
  expect(() => parseConfig({ PUBLISH_LEASE_MS: '20000' })).toThrow('PUBLISH_LEASE_MS')
  expect(parseConfig({ PUBLISH_LEASE_MS: '20001' }).timers.publishLeaseMs).toBe(20_001)
})

test('no proxy is trusted unless it is named, and a name that is no address is a fault', () => {
  expect(parseConfig({}).trustedProxies).toEqual([])
  expect(parseConfig({ TRUSTED_PROXIES: '10.0.0.0/8, ::1, unix' }).trustedProxies).toHaveLength(3)
  expect(() => parseConfig({ TRUSTED_PROXIES: '10.0.0.0/8,proxy' })).toThrow(
    'TRUSTED_PROXIES: "proxy" is no address, no range such as 10.0.0.0/8, and not unix',
  )
})

test('.env.example names every setting, and no other', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../.env.example'), 'utf8')

  const named = [...text.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name)

  expect(named).toHaveLength(SETTINGS.length)
  expect(new Set(named)).toEqual(new Set(SETTINGS))
})
