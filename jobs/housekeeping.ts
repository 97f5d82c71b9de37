import cron from 'node-cron'
import type { Db } from '#src/db/database.ts'
import { purgeIdempotencyKeys } from '#src/db/idempotent.ts'
import { databaseNow } from '#src/db/now.ts'
import type { Logger } from '#src/lib/log.ts'
import { addMs } from '#src/lib/time.ts'

const HOURLY = '17 * * * *'
/** How long an Idempotency-Key is remembered. */
const KEEP_MS = 24 * 3_600_000

/** What nobody waits for, by the clock. Every replica does it: deleting twice is deleting once. */
export function startHousekeeping(deps: { readonly db: Db; readonly log: Logger }): {
  stop(): Promise<void>
} {
  const task = cron.schedule(HOURLY, () => tidy(deps), { noOverlap: true, name: 'housekeeping' })
  return { stop: async () => task.destroy() }
}

/** Answers how many keys were forgotten. */
export async function tidy({
  db,
  log,
}: {
  readonly db: Db
  readonly log: Logger
}): Promise<number> {
  const count = await purgeIdempotencyKeys(db, addMs(await databaseNow(db), -KEEP_MS))
  log.info({ event: 'housekeeping.done', idempotency_keys: count }, 'housekeeping')
  return count
}
