import { createHash } from 'node:crypto'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import type { JsonValue } from '../lib/json.ts'
import { inTx, type Db, type OrgDb, type OrgTx } from './database.ts'
import { isDuplicate } from './mysql-errors.ts'

export interface IdempotentRequest {
  readonly operation: string
  /** The Idempotency-Key; missing: the work simply runs. */
  readonly key: string | undefined
  /** What the key stands for; another request under the same key is refused. */
  readonly request: JsonValue
  readonly at: Date
}

/**
 * Runs `work` in one transaction with the key, so that a repeat finds either nothing or the whole
 * of it. `work` answers what a repeat has to answer (an id, mostly).
 */
export async function idempotently(
  db: OrgDb,
  call: Call,
  input: IdempotentRequest,
  work: (tx: OrgTx) => Promise<string>,
): Promise<{ readonly value: string; readonly isReplay: boolean }> {
  const { key } = input
  if (key === undefined) return { value: await inTx(db, work), isReplay: false }
  const id = idOf(call, input.operation, key)
  try {
    const value = await inTx(db, async (tx) => {
      await tx.q
        .insertInto('idempotency_key')
        .values({ ...id, request_hash: hashOf(input.request), created_at: input.at })
        .execute()
      const result = await work(tx)
      await tx.q
        .updateTable('idempotency_key')
        .set({ status: 1, response: result })
        .where((eb) => eb.and(id))
        .execute()
      return result
    })
    return { value, isReplay: false }
  } catch (error) {
    if (!isDuplicate(error, 'PRIMARY')) throw error
    const replay = await findReplay(db, call, input)
    if (replay === null) throw error
    return { value: replay, isReplay: true }
  }
}

/** What the first request with this key answered; null: there was none. For work that looks at the world first. */
export async function findReplay(
  db: OrgDb,
  call: Call,
  input: Omit<IdempotentRequest, 'at'>,
): Promise<string | null> {
  if (input.key === undefined) return null
  const id = idOf(call, input.operation, input.key)
  const row = await db.q
    .selectFrom('idempotency_key')
    .select(['request_hash', 'response'])
    .where((eb) => eb.and(id))
    .executeTakeFirst()
  if (!row) return null
  if (row.request_hash !== hashOf(input.request) || row.response === null) {
    throw new AppError(
      'conflict',
      'idempotency.key_reused',
      'this Idempotency-Key was used with another request',
    )
  }
  return row.response
}

function idOf(call: Call, operation: string, key: string) {
  return { org_id: call.orgId, member_id: call.actor.id, operation, idempotency_key: key }
}

function hashOf(request: JsonValue): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex')
}

/** Forgets keys older than that, over all organizations. */
export async function purgeIdempotencyKeys(db: Db, before: Date): Promise<number> {
  const result = await db
    .deleteFrom('idempotency_key')
    .where('created_at', '<', before)
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
