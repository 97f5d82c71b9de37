import { sql } from 'kysely'
import type { OrgReader, OrgTx } from '../db/database.ts'
import type { Row } from '../db/tables.ts'
import type { Place } from './inspection-rule.ts'

export interface DueAttempt {
  readonly run_id: string
  readonly attempt: number
}

/** Confirmed final attempts that no rule has seen yet, in order of start. */
export async function listUnjudged(at: OrgReader, limit: number): Promise<readonly DueAttempt[]> {
  return at.q
    .selectFrom('run_attempt')
    .select(['run_id', 'attempt'])
    .where('org_id', '=', at.orgId)
    .where('judged_at', 'is', null)
    .where('confirmed_at', 'is not', null)
    .orderBy('started_at')
    .limit(limit)
    .execute()
}

/** Null: it was judged meanwhile. The lock makes that each attempt is judged once. */
export async function lockUnjudged(
  tx: OrgTx,
  attempt: { readonly runId: string; readonly attempt: number },
): Promise<Row<'run_attempt'> | null> {
  const row = await tx.q
    .selectFrom('run_attempt')
    .selectAll()
    .where('org_id', '=', tx.orgId)
    .where('run_id', '=', attempt.runId)
    .where('attempt', '=', attempt.attempt)
    .where('judged_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

export async function markJudged(
  tx: OrgTx,
  attempt: { readonly runId: string; readonly attempt: number },
  at: Date,
): Promise<void> {
  await tx.q
    .updateTable('run_attempt')
    .set({ judged_at: at })
    .where('org_id', '=', tx.orgId)
    .where('run_id', '=', attempt.runId)
    .where('attempt', '=', attempt.attempt)
    .execute()
}

/** Final attempts at a place that started no later than `upTo`, newest first. */
export async function listFinalAttempts(
  at: OrgReader,
  place: Place,
  { upTo, limit }: { readonly upTo: Date; readonly limit: number },
): Promise<readonly { readonly state: string }[]> {
  return at.q
    .selectFrom('run_attempt')
    .select('state')
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', place.workflowId)
    .where('environment_id', '=', place.environmentId)
    .where('confirmed_at', 'is not', null)
    .where('state', 'in', ['success', 'failure'])
    .where('started_at', '<=', upTo)
    .orderBy('started_at', 'desc')
    .orderBy('attempt', 'desc')
    .limit(limit)
    .execute()
}

/** True when an attempt of that end, which started later, was judged already: it has the last word. */
export async function existsLaterJudged(
  at: OrgReader,
  place: Place,
  { state, after }: { readonly state: 'success' | 'failure'; readonly after: Date },
): Promise<boolean> {
  const row = await at.q
    .selectFrom('run_attempt')
    .select(sql<number>`1`.as('one'))
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', place.workflowId)
    .where('environment_id', '=', place.environmentId)
    .where('judged_at', 'is not', null)
    .where('state', '=', state)
    .where('started_at', '>', after)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The run that a run was started in place of; null: none. */
export async function findRetriedRunId(at: OrgReader, runId: string): Promise<string | null> {
  const row = await at.q
    .selectFrom('workflow_instance_cache')
    .select('retry_of')
    .where('org_id', '=', at.orgId)
    .where('run_id', '=', runId)
    .executeTakeFirst()
  return row?.retry_of ?? null
}
