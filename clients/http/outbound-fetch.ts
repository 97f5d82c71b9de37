import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
// undici's own fetch: Node's global one does not take this Agent (it bundles another major).
import { Agent, fetch } from 'undici'
import type { HttpFetch } from './http-fetch.ts'
import { AppError } from '#src/lib/errors.ts'

const CONNECT_TIMEOUT_MS = 5_000

/**
 * Fetch for addresses that users give: no loopback or private range, checked on the address that
 * is really connected to, so that a name that resolves elsewhere later gains nothing.
 * `allowHosts`: `host` or `host:port` that may be private.
 */
export function createOutboundFetch(allowHosts: readonly string[]): HttpFetch {
  const allowed = new Set(allowHosts)
  const guarded = new Agent({ connect: { lookup: guardedLookup, timeout: CONNECT_TIMEOUT_MS } })
  const open = new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS } })
  return async (address, init) => {
    const url = new URL(address)
    const isAllowed = allowed.has(url.hostname) || allowed.has(url.host)
    if (!isAllowed) refuseLiteral(url)
    return fetch(url, { ...init, dispatcher: isAllowed ? open : guarded })
  }
}

function refuseLiteral(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (ipaddr.isValid(host) && isPrivate(host)) throw forbidden(url.hostname)
}

const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0)
    const [first] = addresses
    if (!first || addresses.some(({ address }) => isPrivate(address)))
      return callback(forbidden(hostname), '', 0)
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family)
  })
}

function isPrivate(address: string): boolean {
  return ipaddr.process(address).range() !== 'unicast'
}

function forbidden(host: string): AppError {
  return new AppError(
    'forbidden',
    'outbound.forbidden',
    `${host} is a private address; OUTBOUND_ALLOW_HOSTS can allow it`,
  )
}
