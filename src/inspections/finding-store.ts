import { createHash } from 'node:crypto'
import type { OrgReader, OrgTx } from '../db/database.ts'
import { isDuplicate } from '../db/mysql-errors.ts'
import type { NewRow, Row } from '../db/tables.ts'
import type { Place } from './inspection-rule.ts'

/**
 * The same trouble at the same place: one open finding at a time. `subject` tells apart what is
 * trouble each time anew: one publication, one run.
 */
export function fingerprintOf(ruleId: string, place: Place, subject?: string): string {
  const parts = [ruleId, place.workflowId, place.environmentId]
  return createHash('sha256')
    .update(JSON.stringify(subject === undefined ? parts : [...parts, subject]))
    .digest('hex')
}

/** False: one is open already. */
export async function insertFinding(
  tx: OrgTx,
  finding: Omit<NewRow<'inspection_finding'>, 'org_id'>,
): Promise<boolean> {
  try {
    await tx.q
      .insertInto('inspection_finding')
      .values({ ...finding, org_id: tx.orgId })
      .execute()
    return true
  } catch (error) {
    if (isDuplicate(error, 'inspection_finding_open')) return false
    throw error
  }
}

export async function markSeenAgain(tx: OrgTx, fingerprint: string, at: Date): Promise<void> {
  await tx.q
    .updateTable('inspection_finding')
    .set((eb) => ({ seen_count: eb('seen_count', '+', 1), last_seen_at: at }))
    .where('org_id', '=', tx.orgId)
    .where('open_fingerprint', '=', fingerprint)
    .execute()
}

/** Which open findings: of a rule, and of those at one place, or exactly one. */
export interface OpenFindings {
  readonly ruleId: string
  readonly place?: Place
  readonly fingerprint?: string
}

/** The findings that were open, now closed. */
export async function markFindingsResolved(
  tx: OrgTx,
  which: OpenFindings,
  at: Date,
): Promise<readonly string[]> {
  let query = tx.q
    .selectFrom('inspection_finding')
    .select('finding_id')
    .where('org_id', '=', tx.orgId)
    .where('rule_id', '=', which.ruleId)
    .where('open_fingerprint', 'is not', null)
  if (which.place)
    query = query
      .where('workflow_id', '=', which.place.workflowId)
      .where('environment_id', '=', which.place.environmentId)
  if (which.fingerprint !== undefined)
    query = query.where('open_fingerprint', '=', which.fingerprint)
  const ids = (await query.forUpdate().execute()).map((row) => row.finding_id)
  if (ids.length === 0) return []
  await tx.q
    .updateTable('inspection_finding')
    .set({ state: 'resolved', open_fingerprint: null, resolved_at: at })
    .where('org_id', '=', tx.orgId)
    .where('finding_id', 'in', ids)
    .execute()
  return ids
}

export async function listFindings(
  at: OrgReader,
  filter: {
    readonly state?: string | undefined
    readonly workflowId?: string | undefined
    readonly after: string | null
    readonly limit: number
  },
): Promise<readonly Row<'inspection_finding'>[]> {
  let query = at.q
    .selectFrom('inspection_finding')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .orderBy('finding_id', 'desc')
    .limit(filter.limit + 1)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.workflowId !== undefined) query = query.where('workflow_id', '=', filter.workflowId)
  if (filter.after !== null) query = query.where('finding_id', '<', filter.after)
  return query.execute()
}
