import type { OrgReader, OrgTx } from '../db/database.ts'
import type { Row } from '../db/tables.ts'

/** What one look at a final attempt says. */
export interface FinalLook {
  readonly runId: string
  readonly attempt: number
  readonly workflowId: string
  readonly environmentId: string
  readonly state: string
  readonly startedAt: Date
  readonly endedAt: Date | null
  readonly at: Date
}

/**
 * An end counts after a second look in a later cycle has seen the same: 3.2.2 passes through false
 * ones. What rules have judged is never touched again.
 */
export async function recordFinalLook(tx: OrgTx, look: FinalLook): Promise<void> {
  const known = await findAttempt(tx, look.runId, look.attempt)
  if (!known) {
    await tx.q
      .insertInto('run_attempt')
      .values({
        org_id: tx.orgId,
        run_id: look.runId,
        attempt: look.attempt,
        workflow_id: look.workflowId,
        environment_id: look.environmentId,
        state: look.state,
        started_at: look.startedAt,
        ended_at: look.endedAt,
        seen_at: look.at,
      })
      .execute()
    return
  }
  if (known.judged_at !== null) return
  const isSame = known.state === look.state
  if (isSame && (known.confirmed_at !== null || known.seen_at >= look.at)) return
  const change = isSame
    ? { confirmed_at: look.at, ended_at: look.endedAt }
    : { state: look.state, ended_at: look.endedAt, seen_at: look.at, confirmed_at: null }
  await tx.q
    .updateTable('run_attempt')
    .set(change)
    .where('org_id', '=', tx.orgId)
    .where('run_id', '=', look.runId)
    .where('attempt', '=', look.attempt)
    .execute()
}

/** Only what is over is executed again: a newer attempt confirms the ends before it. */
export async function confirmEarlier(
  tx: OrgTx,
  input: { readonly runId: string; readonly before: number; readonly at: Date },
): Promise<void> {
  await tx.q
    .updateTable('run_attempt')
    .set({ confirmed_at: input.at })
    .where('org_id', '=', tx.orgId)
    .where('run_id', '=', input.runId)
    .where('attempt', '<', input.before)
    .where('confirmed_at', 'is', null)
    .execute()
}

/** It runs again, under the same number: what was seen was no end. */
export async function deleteUnconfirmed(tx: OrgTx, runId: string, attempt: number): Promise<void> {
  await tx.q
    .deleteFrom('run_attempt')
    .where('org_id', '=', tx.orgId)
    .where('run_id', '=', runId)
    .where('attempt', '=', attempt)
    .where('confirmed_at', 'is', null)
    .execute()
}

async function findAttempt(
  at: OrgReader,
  runId: string,
  attempt: number,
): Promise<Row<'run_attempt'> | null> {
  const row = await at.q
    .selectFrom('run_attempt')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('run_id', '=', runId)
    .where('attempt', '=', attempt)
    .executeTakeFirst()
  return row ?? null
}

/** Instances whose end was seen once, before this cycle. */
export async function listUnconfirmed(
  at: OrgReader,
  environmentId: string,
  limit: number,
): Promise<readonly number[]> {
  const rows = await at.q
    .selectFrom('run_attempt as a')
    .innerJoin('workflow_instance_cache as r', (join) =>
      join.onRef('r.org_id', '=', 'a.org_id').onRef('r.run_id', '=', 'a.run_id'),
    )
    .select('r.engine_instance_id')
    .where('a.org_id', '=', at.orgId)
    .where('a.judged_at', 'is', null)
    .where('a.confirmed_at', 'is', null)
    .where('a.environment_id', '=', environmentId)
    .where('r.engine_gone_at', 'is', null)
    .orderBy('a.started_at')
    .limit(limit)
    .execute()
  return rows.flatMap((row) => (row.engine_instance_id === null ? [] : [row.engine_instance_id]))
}
