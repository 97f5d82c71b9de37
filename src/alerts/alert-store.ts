import type { OrgReader, OrgTx } from '../db/database.ts'
import { isDuplicate } from '../db/mysql-errors.ts'
import type { NewRow, Row } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'

/** False: an alert with this dedup_key exists already. */
export async function insertAlert(
  tx: OrgTx,
  alert: Omit<NewRow<'alert'>, 'org_id'>,
): Promise<boolean> {
  try {
    await tx.q
      .insertInto('alert')
      .values({ ...alert, org_id: tx.orgId })
      .execute()
    return true
  } catch (error) {
    if (isDuplicate(error, 'alert_dedup')) return false
    throw error
  }
}

export async function findAlert(at: OrgReader, alertId: string): Promise<Row<'alert'> | null> {
  const row = await at.q
    .selectFrom('alert')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('alert_id', '=', alertId)
    .executeTakeFirst()
  return row ?? null
}

export async function getAlert(at: OrgReader, alertId: string): Promise<Row<'alert'>> {
  const alert = await findAlert(at, alertId)
  if (!alert) throw new AppError('not_found', 'alert.not_found', `no alert "${alertId}"`)
  return alert
}

/** Alerts whose message is still to be written, over all organizations: oldest first. */
export async function listUnprepared(
  q: OrgReader['q'],
  now: Date,
  limit: number,
): Promise<readonly { readonly org_id: string; readonly alert_id: string }[]> {
  return q
    .selectFrom('alert')
    .select(['org_id', 'alert_id'])
    .where('prepare_after', '<=', now)
    .orderBy('prepare_after')
    .limit(limit)
    .execute()
}

/** False: somebody else prepared it meanwhile. */
export async function markPrepared(tx: OrgTx, alertId: string, message: string): Promise<boolean> {
  const result = await tx.q
    .updateTable('alert')
    .set({ message, prepare_after: null })
    .where('org_id', '=', tx.orgId)
    .where('alert_id', '=', alertId)
    .where('prepare_after', 'is not', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function markPrepareLater(
  tx: OrgTx,
  alertId: string,
  next: { readonly at: Date; readonly attempts: number },
): Promise<void> {
  await tx.q
    .updateTable('alert')
    .set({ prepare_after: next.at, prepare_attempts: next.attempts })
    .where('org_id', '=', tx.orgId)
    .where('alert_id', '=', alertId)
    .where('prepare_after', 'is not', null)
    .execute()
}

/** The alerts of a finding that ended. */
export async function markAlertsResolved(tx: OrgTx, findingId: string, at: Date): Promise<void> {
  await tx.q
    .updateTable('alert')
    .set({ state: 'resolved', resolved_at: at })
    .where('org_id', '=', tx.orgId)
    .where('finding_id', '=', findingId)
    .where('state', '=', 'firing')
    .execute()
}

export async function listAlerts(
  at: OrgReader,
  filter: {
    readonly state?: string | undefined
    readonly workflowId?: string | undefined
    readonly after: string | null
    readonly limit: number
  },
): Promise<readonly Row<'alert'>[]> {
  let query = at.q
    .selectFrom('alert')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .orderBy('alert_id', 'desc')
    .limit(filter.limit + 1)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.workflowId !== undefined) query = query.where('workflow_id', '=', filter.workflowId)
  if (filter.after !== null) query = query.where('alert_id', '<', filter.after)
  return query.execute()
}
