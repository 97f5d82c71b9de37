import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type Db, type OrgTx } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import { readEnvironmentRow } from '../environments/assert-environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { Clock } from '../lib/time.ts'
import { insertApproval, listApprovals } from './approval-store.ts'
import { ACTIVE_STATES } from './publication.ts'
import { lockPublication, updatePublication, type PublicationRow } from './publication-store.ts'
import { reopenSteps } from './step-store.ts'

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
    await assertMayDecide(deps, tx, { call, row, input })
    await decide(deps, tx, { call, row, input, decision: 'approved' })
    const approvals = (await listApprovals(tx, row.publication_id)).filter(
      (approval) => approval.decision === 'approved',
    )
    if (approvals.length < row.approvals_required) return
    const at = deps.now()
    await updatePublication(tx, row.publication_id, {
      state: 'approved',
      approved_at: at,
      next_attempt_at: at,
      expires_at: null,
      updated_at: at,
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
    await assertMayDecide(deps, tx, { call, row, input })
    await decide(deps, tx, { call, row, input, decision: 'rejected' })
    await end(deps, tx, row, 'rejected')
  })
}

interface Decision {
  readonly call: Call
  readonly row: PublicationRow
  readonly input: DecideInput
}

/** The policy is the server's: an admin bypasses nothing, and nobody approves what they wrote. */
async function assertMayDecide(
  deps: DecideDeps,
  tx: OrgTx,
  { call, row, input }: Decision,
): Promise<void> {
  assertState(row, ['pending_approval'])
  if (row.expires_at !== null && row.expires_at <= deps.now())
    throw wrongState({ ...row, state: 'expired' })
  if (readJson(Barred, row.barred).includes(call.actor.id)) {
    throw new AppError(
      'forbidden',
      'publication.own_request',
      'nobody decides about what they requested or wrote',
    )
  }
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

/** Before anything was sent: by who asked for it, or an admin. */
export async function cancelPublication(
  deps: DecideDeps,
  call: Call,
  input: { readonly publicationId: string },
): Promise<void> {
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const row = await lockPublication(tx, input.publicationId)
    assertState(row, ['pending_approval', 'approved'])
    if (row.requested_by !== call.actor.id && !call.actor.roles.includes('admin')) {
      throw new AppError(
        'forbidden',
        'auth.forbidden',
        'only who requested it or an admin cancels it',
      )
    }
    if (row.lease_owner !== null) throw wrongState({ ...row, state: 'applying' })
    await end(deps, tx, row, 'cancelled')
    await recordAudit(tx, call, {
      action: 'publication.cancel',
      subjectType: 'publication',
      subjectId: row.publication_id,
      at: deps.now(),
    })
  })
}

/** A stuck one goes on from its journal, with a new deadline. */
export async function retryPublication(
  deps: DecideDeps,
  call: Call,
  input: { readonly publicationId: string },
): Promise<void> {
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const row = await lockPublication(tx, input.publicationId)
    assertState(row, ['stuck'])
    const at = deps.now()
    await reopenSteps(tx, row.publication_id)
    await updatePublication(tx, row.publication_id, {
      state: 'applying',
      next_attempt_at: at,
      apply_deadline_at: null,
      failure: null,
      updated_at: at,
    })
    await recordAudit(tx, call, {
      action: 'publication.retry',
      subjectType: 'publication',
      subjectId: row.publication_id,
      at,
    })
  })
}

/** A stuck one is given up: the engine stays as it is, and the record says so. */
export async function abandonPublication(
  deps: DecideDeps,
  call: Call,
  input: { readonly publicationId: string },
): Promise<void> {
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const row = await lockPublication(tx, input.publicationId)
    assertState(row, ['stuck'])
    await end(deps, tx, row, 'abandoned')
    await recordAudit(tx, call, {
      action: 'publication.abandon',
      subjectType: 'publication',
      subjectId: row.publication_id,
      at: deps.now(),
    })
  })
}

/** The time for approvals is over. */
export async function expirePublication(
  deps: DecideDeps,
  call: Call,
  input: { readonly publicationId: string },
): Promise<void> {
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const row = await lockPublication(tx, input.publicationId)
    if (row.state !== 'pending_approval') return
    await end(deps, tx, row, 'expired')
    await recordAudit(tx, call, {
      action: 'publication.expire',
      subjectType: 'publication',
      subjectId: row.publication_id,
      at: deps.now(),
    })
  })
}

async function end(
  deps: DecideDeps,
  tx: OrgTx,
  row: PublicationRow,
  state: 'rejected' | 'cancelled' | 'expired' | 'abandoned',
): Promise<void> {
  const at = deps.now()
  await updatePublication(tx, row.publication_id, {
    state,
    active_key: null,
    next_attempt_at: null,
    ended_at: at,
    updated_at: at,
  })
}

function assertState(row: PublicationRow, states: readonly string[]): void {
  if (!states.includes(row.state)) throw wrongState(row)
}

function wrongState(row: PublicationRow): AppError {
  const hint = ACTIVE_STATES.has(row.state) ? '' : ', which is an end'
  return new AppError(
    'conflict',
    'publication.wrong_state',
    `the publication is ${row.state}${hint}`,
    { details: { state: row.state } },
  )
}
