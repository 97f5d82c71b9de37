import { Kysely, MysqlDialect, type Transaction } from 'kysely'
import { createPool } from 'mysql2'
import { sleep } from '../lib/time.ts'
import { isRetryable } from './mysql-errors.ts'
import { limitPackets } from './packet-limit.ts'
import type { Database } from './tables.ts'

export type Db = Kysely<Database>
export type Tx = Transaction<Database>
/** Accepts the pool and a transaction, and can only read. */
export type Reader = Pick<Db, 'selectFrom' | 'selectNoFrom' | 'with' | 'fn'>

/** A database seen from one organization: what every store function takes. */
export interface OrgReader {
  readonly orgId: string
  readonly q: Reader
}
export interface OrgTx {
  readonly orgId: string
  readonly q: Tx
}
export interface OrgDb {
  readonly orgId: string
  readonly q: Db
}

export function forOrg(db: Db, orgId: string): OrgDb {
  return { orgId, q: db }
}

export interface DatabaseOptions {
  /** `mysql://user:password@host:port/database` */
  readonly url: string
  readonly poolSize?: number
}

/** Times travel as UTC, JSON as text, BIGINT as number where it fits (engine ids do). */
export function createDatabase({ url, poolSize = 10 }: DatabaseOptions): Db {
  const pool = createPool({
    uri: url,
    connectionLimit: poolSize,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    supportBigNumbers: true,
    jsonStrings: true,
    connectTimeout: 10_000,
    enableKeepAlive: true,
  })
  pool.on('connection', (connection) => {
    connection.query("SET time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE'")
  })
  return new Kysely<Database>({
    dialect: new MysqlDialect({ pool, onCreateConnection: limitPackets }),
  })
}

const MAX_TRIES = 5
/** At most, before the first repeat; longer before each further one. */
const PAUSE_MS = 40

/**
 * Runs `work` in a transaction and repeats all of it on deadlock, so `work` may await nothing
 * but `tx`: no engine call, no message, no timer.
 */
export async function inTx<T>(at: OrgDb, work: (tx: OrgTx) => Promise<T>): Promise<T> {
  return inSystemTx(at.q, (q) => work({ orgId: at.orgId, q }))
}

/** A transaction over several organizations: leases and other housekeeping only. */
export async function inSystemTx<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().setIsolationLevel('read committed').execute(work)
    } catch (error) {
      if (attempt >= MAX_TRIES || !isRetryable(error)) throw error
      // Those that met once would meet again.
      await sleep(Math.random() * attempt * PAUSE_MS)
    }
  }
}
