import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type OrgTx } from '../db/database.ts'
import { databaseNow } from '../db/now.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import type { DecideDeps } from './decide-publication.ts'
import type { EndedPublication, PublicationState } from './publication.ts'
import { assertState, endPublication, wrongState } from './publication-state.ts'
import { lockPublication, updatePublication, type PublicationRow } from './publication-store.ts'
import { reopenSteps } from './step-store.ts'

/** Whoever watches stuck ones hears when a person took it in hand. */
export interface EndDeps extends DecideDeps {
  readonly onEnded: (tx: OrgTx, publication: EndedPublication) => Promise<void>
}

export interface EndInput {
  readonly publicationId: string
  /** Why; kept in the audit. */
  readonly comment: string
}

/** Before anything was sent: by who asked for it, or an admin. */
export async function cancelPublication(
  deps: DecideDeps,
  call: Call,
  input: EndInput,
): Promise<void> {
  await withLocked(deps, call, { input, action: 'publication.cancel' }, async (tx, row) => {
    assertState(row, ['pending_approval', 'approved'])
    if (row.requested_by !== call.actor.id && !call.actor.roles.includes('admin'))
      throw new AppError(
        'forbidden',
        'auth.forbidden',
        'only who requested it or an admin cancels it',
      )
    // A lease that has run out holds nothing any more.
    const isHeld = row.lease_until !== null && row.lease_until >= (await databaseNow(tx.q))
    if (row.lease_owner !== null && isHeld) throw wrongState({ ...row, state: 'applying' })
    await endPublication(tx, row, { state: 'cancelled', at: deps.now() })
  })
}

/** A stuck one goes on from its journal, with a new deadline. */
export async function retryPublication(deps: EndDeps, call: Call, input: EndInput): Promise<void> {
  await withLocked(deps, call, { input, action: 'publication.retry' }, async (tx, row) => {
    assertState(row, ['stuck'])
    const now = await databaseNow(tx.q)
    await reopenSteps(tx, row.publication_id)
    await updatePublication(tx, row.publication_id, {
      state: 'applying',
      next_attempt_at: now,
      apply_deadline_at: null,
      failure: null,
      updated_at: now,
    })
    await deps.onEnded(tx, endedOf(row, 'applying'))
  })
}

/** A stuck one is given up: the engine stays as it is, and the record says so. */
export async function abandonPublication(
  deps: EndDeps,
  call: Call,
  input: EndInput,
): Promise<void> {
  await withLocked(deps, call, { input, action: 'publication.abandon' }, async (tx, row) => {
    assertState(row, ['stuck'])
    await endPublication(tx, row, { state: 'abandoned', at: deps.now() })
    await deps.onEnded(tx, endedOf(row, 'abandoned'))
  })
}

/** The time for approvals is over; one that was decided meanwhile stays what it is. */
export async function expirePublication(
  deps: DecideDeps,
  call: Call,
  { publicationId }: { readonly publicationId: string },
): Promise<void> {
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const row = await lockPublication(tx, publicationId)
    if (row.state !== 'pending_approval') return
    const at = deps.now()
    await endPublication(tx, row, { state: 'expired', at })
    await recordAudit(tx, call, {
      action: 'publication.expire',
      subjectType: 'publication',
      subjectId: publicationId,
      at,
    })
  })
}

function endedOf(row: PublicationRow, state: PublicationState): EndedPublication {
  return {
    publicationId: row.publication_id,
    workflowId: row.workflow_id,
    environmentId: row.environment_id,
    operation: row.operation,
    state,
    requestedByName: row.requested_by_name,
    failure: null,
    isConcurrentEdit: false,
  }
}

async function withLocked(
  deps: DecideDeps,
  call: Call,
  { input, action }: { readonly input: EndInput; readonly action: string },
  work: (tx: OrgTx, row: PublicationRow) => Promise<void>,
): Promise<void> {
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    await work(tx, await lockPublication(tx, input.publicationId))
    await recordAudit(tx, call, {
      action,
      subjectType: 'publication',
      subjectId: input.publicationId,
      after: { comment: input.comment },
      at: deps.now(),
    })
  })
}
