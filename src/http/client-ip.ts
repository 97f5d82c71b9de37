import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Whose X-Forwarded-For is believed: a range of addresses, or whoever comes by the unix socket. */
export type TrustedProxy = 'unix' | { readonly address: Address; readonly bits: number }

/** `10.0.0.7`, `10.0.0.0/8`, `fd00::/8` or `unix`; null: none of these. */
export function parseProxy(text: string): TrustedProxy | null {
  if (text === 'unix') return text
  if (ipaddr.isValidCIDR(text)) {
    const [address, bits] = ipaddr.parseCIDR(text)
    return { address, bits }
  }
  const address = parseAddress(text)
  return address && { address, bits: address.kind() === 'ipv4' ? 32 : 128 }
}

/** An IPv4 address that travels as IPv6 is an IPv4 address. */
function parseAddress(text: string): Address | null {
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)
  return isAddress ? ipaddr.process(text) : null
}

export interface Sender {
  /** Of the socket; null: it has none, as a unix socket. */
  readonly peer: string | null
  readonly forwardedFor: string | undefined
}

/** The nearest address that is none of our proxies: what stands left of it anybody may have written. */
export function clientIp(
  { peer, forwardedFor = '' }: Sender,
  trusted: readonly TrustedProxy[],
): string | null {
  let nearest = peer === null ? null : parseAddress(peer)
  const hops = forwardedFor.split(',').map((hop) => hop.trim())
  while (isTrusted(nearest, trusted)) {
    const hop = parseAddress(hops.pop() ?? '')
    if (hop === null) break
    nearest = hop
  }
  return nearest?.toString() ?? null
}

function isTrusted(address: Address | null, trusted: readonly TrustedProxy[]): boolean {
  if (address === null) return trusted.includes('unix')
  return trusted.some(
    (proxy) =>
      proxy !== 'unix' &&
      ipaddr.subnetMatch(address, { ours: [[proxy.address, proxy.bits]] }, 'other') === 'ours',
  )
}

/** Who sent a request; one that came by no server at all, as in a test, has no sender. */
export function senderOf(c: Context): Sender {
  const env: unknown = c.env
  const isServed = typeof env === 'object' && env !== null && 'incoming' in env
  return {
    peer: (isServed ? getConnInfo(c).remote.address : undefined) ?? null,
    forwardedFor: c.req.header('x-forwarded-for'),
  }
}
