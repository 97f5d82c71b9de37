import { createHash } from 'node:crypto'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import type { JsonValue } from '../lib/json.ts'
import { inTx, type OrgDb, type OrgTx } from './database.ts'
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
  const requestHash = createHash('sha256').update(JSON.stringify(input.request)).digest('hex')
  const id = {
    org_id: call.orgId,
    member_id: call.actor.id,
    operation: input.operation,
    idempotency_key: key,
  }
  try {
    const value = await inTx(db, async (tx) => {
      await tx.q
        .insertInto('idempotency_key')
        .values({ ...id, request_hash: requestHash, created_at: input.at })
        .execute()
      const result = await work(tx)
      await tx.q
        .updateTable('idempotency_key')
        .set({ status: 1, response: result })
        .where('org_id', '=', id.org_id)
        .where('member_id', '=', id.member_id)
        .where('operation', '=', id.operation)
        .where('idempotency_key', '=', key)
        .execute()
      return result
    })
    return { value, isReplay: false }
  } catch (error) {
    if (!isDuplicate(error, 'PRIMARY')) throw error
    const row = await db.q
      .selectFrom('idempotency_key')
      .select(['request_hash', 'response'])
      .where('org_id', '=', id.org_id)
      .where('member_id', '=', id.member_id)
      .where('operation', '=', id.operation)
      .where('idempotency_key', '=', key)
      .executeTakeFirst()
    if (!row) throw error
    if (row.request_hash !== requestHash || row.response === null) {
      throw new AppError(
        'conflict',
        'idempotency.key_reused',
        'this Idempotency-Key was used with another request',
      )
    }
    return { value: row.response, isReplay: true }
  }
}
