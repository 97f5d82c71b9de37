import { inTx, type OrgDb } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import { databaseNow } from '../db/now.ts'
import { isNoAnswer, wasNotSent } from '../engine/outcome.ts'
import { isAppError, type AppError } from '../lib/errors.ts'
import { addMs } from '../lib/time.ts'
import type { RunRow } from './run-store.ts'
import { updateStart } from './start-store.ts'

const RETRY_MS = 2_000
const RETRY_MAX_MS = 30_000

/** A start that failed before the engine could hear of it: tried again, or over for good. */
export async function settleUnsent(db: OrgDb, run: RunRow, error: unknown): Promise<void> {
  const now = await databaseNow(db.q)
  const isLasting = isAppError(error) && !isNoAnswer(error)
  const change = isLasting ? failed(error, now) : putOff(run, error, now)
  await inTx(db, (tx) => updateStart(tx, run.run_id, { from: 'requested', change }))
  // A fault of ours is for the log as well.
  if (!isAppError(error)) throw error
}

/** What an error of the start itself means: surely not sent, refused, or nobody knows. */
export async function settleSent(db: OrgDb, run: RunRow, error: unknown): Promise<void> {
  if (!isAppError(error)) throw error
  const now = await databaseNow(db.q)
  const change = wasNotSent(error)
    ? { ...putOff(run, error, now), state: 'requested', sent_at: null, resolve_until: null }
    : isNoAnswer(error)
      ? { ...free(now), next_attempt_at: now }
      : failed(error, now)
  await inTx(db, (tx) => updateStart(tx, run.run_id, { from: 'starting', change }))
}

/** In nobody's hands. */
export function free(now: Date) {
  return { lease_owner: null, lease_until: null, updated_at: now }
}

/** What a person reads of an error; the words of one that nobody foresaw stay in the log. */
export function startErrorOf(error: unknown): string {
  return isAppError(error)
    ? writeJson({ code: error.code, message: error.message, ...error.details })
    : writeJson({ message: 'the start could not be prepared; the log of the service says why' })
}

function putOff(run: RunRow, error: unknown, now: Date) {
  return {
    ...free(now),
    next_attempt_at: addMs(now, retryMs(run, now)),
    start_error: startErrorOf(error),
  }
}

function failed(error: AppError, now: Date) {
  return {
    ...free(now),
    state: 'failure',
    is_final: true,
    next_attempt_at: null,
    ended_at: now,
    start_error: startErrorOf(error),
  }
}

/** Longer the longer it lasts. */
function retryMs({ requested_at: since }: RunRow, now: Date): number {
  const age = since === null ? 0 : now.getTime() - since.getTime()
  return Math.min(RETRY_MAX_MS, Math.max(RETRY_MS, age / 4))
}
