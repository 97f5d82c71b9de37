import { z } from 'zod'
import { parseProxy, type TrustedProxy } from './http/client-ip.ts'

const Ms = (fallback: number) => z.coerce.number().int().min(1).default(fallback)
const List = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )

const Proxies = List.transform((items, context) =>
  items.flatMap((item) => {
    const proxy = parseProxy(item)
    if (proxy !== null) return [proxy]
    context.addIssue(`"${item}" is no address, no range such as 10.0.0.0/8, and not unix`)
    return []
  }),
)

const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8003),
  HOST: z.string().default('127.0.0.1'),
  /** `unix:/path` listens on a socket instead of a port. */
  LISTEN: z
    .string()
    .regex(/^unix:\/.+/, 'must be unix:/path')
    .optional(),
  /** What links in messages start with. */
  PUBLIC_URL: z.url().optional(),
  DATABASE_URL: z
    .string()
    .regex(/^mysql:\/\//, 'must be mysql://user:password@host:port/database')
    .optional(),
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(10),
  /** `required`: refuse to start a private database server (the image sets this). */
  DATABASE: z.enum(['embedded', 'required']).default('embedded'),
  MYSQLD: z.string().optional(),
  SLIPWAY_HOME: z.string().default('.slipway'),
  SLIPWAY_KEYS: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  OUTBOUND_ALLOW_HOSTS: List,
  TRUSTED_PROXIES: Proxies,
  MAX_BODY_BYTES: z.coerce.number().int().min(1000).default(6_000_000),
  REQUEST_TIMEOUT_MS: Ms(60_000),
  BOOTSTRAP_ORG: z.string().min(1).optional(),
  BOOTSTRAP_ADMIN_TOKEN: z.string().min(20).optional(),
  ENGINE_CALL_TIMEOUT_MS: Ms(10_000),
  ENGINE_SILENT_CALLS: z.coerce.number().int().min(1).default(10),
  ENGINE_PAUSE_MS: Ms(10_000),
  PUBLISH_POLL_MS: Ms(1_000),
  PUBLISH_LEASE_MS: Ms(60_000),
  APPLY_DEADLINE_MS: Ms(30 * 60_000),
  START_POLL_MS: Ms(500),
  START_RESOLVE_MS: Ms(5 * 60_000),
  SYNC_INTERVAL_MS: Ms(5_000),
  DRIFT_INTERVAL_MS: Ms(60_000),
  DRIFT_SWEEP_MS: Ms(6 * 3_600_000),
  SYNC_SWEEP_MS: Ms(10 * 60_000),
  JUDGE_INTERVAL_MS: Ms(1_000),
  DELIVERY_POLL_MS: Ms(500),
  DELIVERY_LEASE_MS: Ms(60_000),
  SHUTDOWN_MS: Ms(20_000),
})

/** The names of all environment variables that are read. */
export const SETTINGS: readonly string[] = Object.keys(Environment.shape)

export interface Config {
  readonly listen:
    | { readonly port: number; readonly host: string }
    | { readonly socketPath: string }
  readonly publicUrl: string | null
  readonly database:
    | { readonly kind: 'url'; readonly url: string; readonly poolSize: number }
    | {
        readonly kind: 'embedded'
        readonly home: string
        readonly mysqldPath: string | null
        readonly poolSize: number
      }
  /** null: a key file in `home` is made. */
  readonly secretKeys: string | null
  readonly home: string
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Hosts, `host` or `host:port`, that webhooks may reach although they are private. */
  readonly outboundAllowHosts: readonly string[]
  readonly trustedProxies: readonly TrustedProxy[]
  readonly maxBodyBytes: number
  /** How long a request may take to arrive. */
  readonly requestTimeoutMs: number
  readonly bootstrap: { readonly org: string; readonly adminToken: string } | null
  /** So many calls in a row without an answer, and an engine is left alone for a while. */
  readonly engineSilentCalls: number
  readonly timers: Timers
}

export interface Timers {
  readonly engineCallTimeoutMs: number
  readonly enginePauseMs: number
  readonly publishPollMs: number
  readonly publishLeaseMs: number
  readonly applyDeadlineMs: number
  readonly startPollMs: number
  readonly driftIntervalMs: number
  readonly driftSweepMs: number
  readonly startResolveMs: number
  readonly syncIntervalMs: number
  readonly syncSweepMs: number
  readonly judgeIntervalMs: number
  readonly deliveryPollMs: number
  readonly deliveryLeaseMs: number
  readonly shutdownMs: number
}

/** @throws Error whose message lists every fault at once. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = Environment.safeParse(given)
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  faults.push(...crossFaults(given))
  if (parsed.success) faults.push(...timerFaults(parsed.data))
  if (!parsed.success || faults.length > 0)
    throw new Error(`configuration:\n  ${faults.join('\n  ')}`)
  return toConfig(parsed.data)
}

function crossFaults(given: Readonly<Record<string, string | undefined>>): string[] {
  const faults: string[] = []
  if (given['DATABASE'] === 'required' && given['DATABASE_URL'] === undefined) {
    faults.push(
      'DATABASE_URL: set it to mysql://user:password@host:port/database; this image brings no database of its own',
    )
  }
  if (given['DATABASE_URL'] !== undefined && given['SLIPWAY_KEYS'] === undefined) {
    faults.push('SLIPWAY_KEYS: needed with DATABASE_URL; set it to <id>:<base64 of 32 bytes>')
  }
  if ((given['BOOTSTRAP_ORG'] === undefined) !== (given['BOOTSTRAP_ADMIN_TOKEN'] === undefined)) {
    faults.push('BOOTSTRAP_ORG and BOOTSTRAP_ADMIN_TOKEN: set both or neither')
  }
  return faults
}

/** A holder that waits for the engine must not lose its lease to another replica meanwhile. */
function timerFaults(env: z.output<typeof Environment>): string[] {
  if (env.PUBLISH_LEASE_MS > 2 * env.ENGINE_CALL_TIMEOUT_MS) return []
  return [
    `PUBLISH_LEASE_MS: must be longer than two engine calls, so more than ${2 * env.ENGINE_CALL_TIMEOUT_MS} (ENGINE_CALL_TIMEOUT_MS is ${env.ENGINE_CALL_TIMEOUT_MS})`,
  ]
}

function toConfig(env: z.output<typeof Environment>): Config {
  return {
    listen: env.LISTEN
      ? { socketPath: env.LISTEN.slice('unix:'.length) }
      : { port: env.PORT, host: env.HOST },
    publicUrl: env.PUBLIC_URL ?? null,
    database: env.DATABASE_URL
      ? { kind: 'url', url: env.DATABASE_URL, poolSize: env.DATABASE_POOL }
      : {
          kind: 'embedded',
          home: env.SLIPWAY_HOME,
          mysqldPath: env.MYSQLD ?? null,
          poolSize: env.DATABASE_POOL,
        },
    secretKeys: env.SLIPWAY_KEYS ?? null,
    home: env.SLIPWAY_HOME,
    logLevel: env.LOG_LEVEL,
    outboundAllowHosts: env.OUTBOUND_ALLOW_HOSTS,
    trustedProxies: env.TRUSTED_PROXIES,
    maxBodyBytes: env.MAX_BODY_BYTES,
    requestTimeoutMs: env.REQUEST_TIMEOUT_MS,
    bootstrap:
      env.BOOTSTRAP_ORG && env.BOOTSTRAP_ADMIN_TOKEN
        ? { org: env.BOOTSTRAP_ORG, adminToken: env.BOOTSTRAP_ADMIN_TOKEN }
        : null,
    engineSilentCalls: env.ENGINE_SILENT_CALLS,
    timers: {
      engineCallTimeoutMs: env.ENGINE_CALL_TIMEOUT_MS,
      enginePauseMs: env.ENGINE_PAUSE_MS,
      publishPollMs: env.PUBLISH_POLL_MS,
      publishLeaseMs: env.PUBLISH_LEASE_MS,
      applyDeadlineMs: env.APPLY_DEADLINE_MS,
      startPollMs: env.START_POLL_MS,
      startResolveMs: env.START_RESOLVE_MS,
      syncIntervalMs: env.SYNC_INTERVAL_MS,
      driftIntervalMs: env.DRIFT_INTERVAL_MS,
      driftSweepMs: env.DRIFT_SWEEP_MS,
      syncSweepMs: env.SYNC_SWEEP_MS,
      judgeIntervalMs: env.JUDGE_INTERVAL_MS,
      deliveryPollMs: env.DELIVERY_POLL_MS,
      deliveryLeaseMs: env.DELIVERY_LEASE_MS,
      shutdownMs: env.SHUTDOWN_MS,
    },
  }
}
