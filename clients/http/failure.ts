const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ABORTED_BEFORE_SENDING',
  'CIRCUIT_OPEN',
])

export interface Failure {
  /** The innermost code or name; never a message, which may hold a URL. */
  readonly reason: string
  /** False only where the connection was surely never made. */
  readonly isPossiblySent: boolean
}

/** What a rejected fetch means. */
export function readFailure(error: unknown): Failure {
  const chain = causesOf(error)
  const codes = chain.map((cause) => textOf(cause, 'code') ?? cause.name)
  const isConnecting = chain.some((cause) => textOf(cause, 'syscall') === 'connect')
  const neverConnected = isConnecting || codes.some((code) => NEVER_CONNECTED.has(code))
  return { reason: codes.at(-1) ?? 'unknown', isPossiblySent: !neverConnected }
}

/** The error and what caused it, outermost first. */
export function causesOf(error: unknown): readonly Error[] {
  const chain: Error[] = []
  for (let at: unknown = error; at instanceof Error && chain.length < 8; at = at.cause) {
    chain.push(at)
  }
  return chain
}

function textOf(error: Error, key: 'code' | 'syscall'): string | null {
  const value: unknown = Object.entries(error).find(([name]) => name === key)?.[1]
  return typeof value === 'string' ? value : null
}
