// undici's own fetch: Node's global one does not take this Agent (it bundles another major).
import { Agent, fetch } from 'undici'
import type { HttpFetch } from './http-fetch.ts'

export interface TransportOptions {
  readonly connectTimeoutMs?: number
  readonly headersTimeoutMs?: number
  /** Longest silence between two pieces of a body. */
  readonly bodyTimeoutMs?: number
  readonly maxReplyBytes?: number
  readonly connectionsPerHost?: number
}

export interface Transport {
  readonly fetch: HttpFetch
  close(): Promise<void>
}

/** Fetch over one connection pool, for addresses that the operator configured. */
export function createTransport(options: TransportOptions = {}): Transport {
  const agent = new Agent({
    connect: { timeout: options.connectTimeoutMs ?? 3_000 },
    headersTimeout: options.headersTimeoutMs ?? 60_000,
    bodyTimeout: options.bodyTimeoutMs ?? 30_000,
    maxResponseSize: options.maxReplyBytes ?? 64 * 1024 * 1024,
    connections: options.connectionsPerHost ?? 32,
    // Below the 30 s of Jetty: an idle socket is closed here first, never under a request.
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: 20_000,
  })
  return {
    fetch: async (url, init) => fetch(url, { ...init, dispatcher: agent }),
    close: async () => agent.close(),
  }
}
