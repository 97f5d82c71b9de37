import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type Db, type OrgTx } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import { databaseNow } from '../db/now.ts'
import { readEnvironmentRow } from '../environments/assert-environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { Clock } from '../lib/time.ts'
import { insertApproval, listApprovals } from './approval-store.ts'
import { lockPublication, updatePublication, type PublicationRow } from './publication-store.ts'
import { assertState, endPublication, wrongState } from './publication-state.ts'

export interface DecideDeps {
  readonly db: Db
  readonly now: Clock
}

export interface DecideInput {
  readonly publicationId: string
  readonly comment: string
  /** Of the plan that was read; missing: the one on the record. */
  readonly planDigest?: string | undefined
}

const Barred = z.array(z.string())

/** One approval; with the last one that is needed, the publish job takes over. */
export async function approvePublication(
  deps: DecideDeps,
  call: Call,
  input: DecideInput,
): Promise<void> {
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const row = await lockPublication(tx, input.publicationId)
    await assertMayDecide(tx, { call, row, input })
    await decide(deps, tx, { call, row, input, decision: 'approved' })
    const approvals = (await listApprovals(tx, row.publication_id)).filter(
      (approval) => approval.decision === 'approved',
    )
    if (approvals.length < row.approvals_required) return
    const now = await databaseNow(tx.q)
    await updatePublication(tx, row.publication_id, {
      state: 'approved',
      approved_at: now,
      next_attempt_at: now,
      expires_at: null,
      updated_at: now,
    })
  })
}

/** One rejection ends it. */
export async function rejectPublication(
  deps: DecideDeps,
  call: Call,
  input: DecideInput,
): Promise<void> {
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const row = await lockPublication(tx, input.publicationId)
    await assertMayDecide(tx, { call, row, input })
    await decide(deps, tx, { call, row, input, decision: 'rejected' })
    await endPublication(tx, row, { state: 'rejected', at: deps.now() })
  })
}

interface Decision {
  readonly call: Call
  readonly row: PublicationRow
  readonly input: DecideInput
}

/** The policy is the server's: an admin bypasses nothing, and nobody approves what they wrote. */
async function assertMayDecide(tx: OrgTx, { call, row, input }: Decision): Promise<void> {
  assertState(row, ['pending_approval'])
  if (row.expires_at !== null && row.expires_at <= (await databaseNow(tx.q)))
    throw wrongState({ ...row, state: 'expired' })
  assertNotBarred(call, row)
  const { policy } = await readEnvironmentRow(tx, row.environment_id)
  if (policy.approvers.length > 0 && !policy.approvers.includes(call.actor.name)) {
    throw new AppError(
      'forbidden',
      'auth.forbidden',
      `the policy of the environment names its approvers: ${policy.approvers.join(', ')}`,
    )
  }
  if (input.planDigest !== undefined && input.planDigest !== row.plan_digest) {
    throw new AppError(
      'conflict',
      'publication.stale_plan',
      'the publication carries another plan than the one that was read',
      { details: { plan_digest: row.plan_digest } },
    )
  }
}

/** A token acts for its member, and could act for whoever made it. */
function assertNotBarred({ actor }: Call, row: PublicationRow): void {
  const barred = readJson(Barred, row.barred)
  const message = barred.includes(actor.id)
    ? 'nobody decides about what they requested or wrote'
    : actor.tokenCreatedBy !== null && barred.includes(actor.tokenCreatedBy)
      ? 'the token was made by somebody who requested or wrote this; decide with one of your own'
      : null
  if (message !== null) throw new AppError('forbidden', 'publication.own_request', message)
}

async function decide(
  deps: DecideDeps,
  tx: OrgTx,
  { call, row, input, decision }: Decision & { readonly decision: 'approved' | 'rejected' },
): Promise<void> {
  const at = deps.now()
  const isNew = await insertApproval(tx, {
    approval_id: newId('apr'),
    publication_id: row.publication_id,
    member_id: call.actor.id,
    member_name: call.actor.name,
    decision,
    comment: input.comment,
    plan_digest: row.plan_digest,
    decided_at: at,
  })
  if (!isNew)
    throw new AppError(
      'conflict',
      'publication.already_decided',
      'you have already decided about it',
    )
  const action = decision === 'approved' ? 'publication.approve' : 'publication.reject'
  await recordAudit(tx, call, {
    action,
    subjectType: 'publication',
    subjectId: row.publication_id,
    after: { comment: input.comment, plan_digest: row.plan_digest },
    at,
  })
}
