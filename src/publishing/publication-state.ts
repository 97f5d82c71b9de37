import { AppError } from '../lib/errors.ts'
import type { OrgTx } from '../db/database.ts'
import { ACTIVE_STATES, type PublicationState } from './publication.ts'
import { updatePublication, type PublicationRow } from './publication-store.ts'

/** An end without anything sent: the place is free again. */
export async function endPublication(
  tx: OrgTx,
  row: PublicationRow,
  { state, at }: { readonly state: PublicationState; readonly at: Date },
): Promise<void> {
  await updatePublication(tx, row.publication_id, {
    state,
    active_key: null,
    // A check that outlasted its lease must not go on with what is over.
    lease_owner: null,
    lease_until: null,
    next_attempt_at: null,
    ended_at: at,
    updated_at: at,
  })
}

export function assertState(row: PublicationRow, states: readonly string[]): void {
  if (!states.includes(row.state)) throw wrongState(row)
}

export function wrongState(row: PublicationRow): AppError {
  const hint = ACTIVE_STATES.has(row.state) ? '' : ', which is an end'
  return new AppError(
    'conflict',
    'publication.wrong_state',
    `the publication is ${row.state}${hint}`,
    { details: { state: row.state } },
  )
}
