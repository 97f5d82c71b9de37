import { recordAudit } from '../audit/record-audit.ts'
import type { OrgTx } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import type { Call } from '../lib/call.ts'
import { updateRun, type RunRow } from './run-store.ts'

/**
 * A person gives up a start that was never found. Should it turn up on the engine after all, the
 * sync binds it to this row.
 */
export async function closeUnresolved(
  tx: OrgTx,
  call: Call,
  input: {
    /** Locked. */
    readonly run: RunRow
    readonly retriedAs: string | null
    readonly at: Date
  },
): Promise<void> {
  const { run, retriedAs, at } = input
  await updateRun(tx, run.run_id, {
    state: 'cancelled',
    is_final: true,
    ended_at: at,
    next_attempt_at: null,
    start_error: writeJson({ message: 'it was sent, and never found on the engine' }),
    updated_at: at,
  })
  await recordAudit(tx, call, {
    action: 'run.cancel',
    subjectType: 'run',
    subjectId: run.run_id,
    before: { state: run.state },
    after: { outcome: 'never_found', retried_as: retriedAs },
    at,
  })
}
