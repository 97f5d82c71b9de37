import { forOrg, inTx, type Db } from '../db/database.ts'
import { databaseNow } from '../db/now.ts'
import type { Call } from '../lib/call.ts'
import { isAppError, publicMessage } from '../lib/errors.ts'
import { must } from '../lib/must.ts'
import { addMs } from '../lib/time.ts'
import type { StepContext } from './engine-steps.ts'
import type { Failure } from './publication.ts'
import { getPublication, type Lease, type PublicationRow } from './publication-store.ts'
import { updateHeld } from './held-publication.ts'

const FIRST_RETRY_MS = 1_000
const MAX_RETRY_MS = 30_000

export interface ClockDeps {
  readonly db: Db
  readonly applyDeadlineMs: number
  readonly lease: Lease
}

/** What went wrong, at which step, in the engine's own words where it spoke. */
export function describeFailure(
  error: unknown,
  { saga, plan }: Pick<StepContext, 'saga' | 'plan'>,
): Failure {
  const details = isAppError(error) ? error.details : {}
  const { engine_code: code, engine_message: message } = details
  const reached = plan.steps.find((name) => !saga.isDone(name))
  return {
    code: isAppError(error) ? error.code : 'internal',
    message: publicMessage(error),
    step: reached ?? null,
    engine_code: typeof code === 'number' ? code : null,
    engine_message: typeof message === 'string' ? message : null,
    not_restored: [],
  }
}

/** The database's time, and until when an engine that does not answer is asked again. */
export async function clockOf(
  deps: ClockDeps,
  call: Call,
  row: PublicationRow,
): Promise<{ readonly now: Date; readonly deadline: Date }> {
  const now = await databaseNow(deps.db)
  const { apply_deadline_at: deadline } = await getPublication(
    forOrg(deps.db, call.orgId),
    row.publication_id,
  )
  return { now, deadline: must(deadline, 'the taking of a publication sets its deadline') }
}

/** Sooner at first, then rarer: a quarter of the time that it took so far. */
export function nextTry(now: Date, deadline: Date, deps: ClockDeps): Date {
  const elapsedMs = now.getTime() - (deadline.getTime() - deps.applyDeadlineMs)
  const waitMs = Math.min(
    MAX_RETRY_MS,
    Math.max(Math.min(FIRST_RETRY_MS, deps.applyDeadlineMs / 10), elapsedMs / 4),
  )
  return addMs(now, waitMs)
}

/** Gives the publication back, to be taken up again at that time. */
export async function release(
  deps: ClockDeps,
  call: Call,
  row: PublicationRow,
  nextAttemptAt: Date,
): Promise<void> {
  await inTx(forOrg(deps.db, call.orgId), (tx) =>
    updateHeld(tx, row.publication_id, deps.lease, {
      lease_owner: null,
      lease_until: null,
      next_attempt_at: nextAttemptAt,
    }),
  )
}
