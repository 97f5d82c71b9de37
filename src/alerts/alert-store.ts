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

export interface AlertRow extends Row<'alert'> {
  /** Deliveries of its first message: 0 means that nobody hears of it. */
  readonly channel_count: number | null
}

function alertsOf(at: OrgReader) {
  return at.q
    .selectFrom('alert')
    .selectAll('alert')
    .select((eb) =>
      eb
        .selectFrom('alert_delivery as d')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('d.org_id', '=', 'alert.org_id')
        .whereRef('d.alert_id', '=', 'alert.alert_id')
        .where('d.event', '=', 'firing')
        .as('channel_count'),
    )
    .where('alert.org_id', '=', at.orgId)
}

export async function findAlert(at: OrgReader, alertId: string): Promise<AlertRow | null> {
  const row = await alertsOf(at).where('alert_id', '=', alertId).executeTakeFirst()
  return row ?? null
}

export async function getAlert(at: OrgReader, alertId: string): Promise<AlertRow> {
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

/**
 * Takes one alert before anything is asked for it, which counts as a try: whatever becomes of it, it
 * comes again only after `until`, behind the others. Null: it is not due.
 */
export async function takeUnprepared(
  tx: OrgTx,
  alertId: string,
  lease: { readonly now: Date; readonly until: Date },
): Promise<Row<'alert'> | null> {
  const taken = await tx.q
    .updateTable('alert')
    .set((eb) => ({
      prepare_after: lease.until,
      prepare_attempts: eb('prepare_attempts', '+', 1),
    }))
    .where('org_id', '=', tx.orgId)
    .where('alert_id', '=', alertId)
    .where('prepare_after', '<=', lease.now)
    .executeTakeFirst()
  return taken.numUpdatedRows > 0n ? findAlert(tx, alertId) : null
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

export async function markPrepareLater(tx: OrgTx, alertId: string, next: Date): Promise<void> {
  await tx.q
    .updateTable('alert')
    .set({ prepare_after: next })
    .where('org_id', '=', tx.orgId)
    .where('alert_id', '=', alertId)
    .where('prepare_after', 'is not', null)
    .execute()
}

/** Locked, so that its end and its message's delivery see each other. */
export async function lockAlert(tx: OrgTx, alertId: string): Promise<Row<'alert'>> {
  return tx.q
    .selectFrom('alert')
    .selectAll()
    .where('org_id', '=', tx.orgId)
    .where('alert_id', '=', alertId)
    .forUpdate()
    .executeTakeFirstOrThrow()
}

/** The alerts of a finding that ended, now resolved. */
export async function markAlertsResolved(
  tx: OrgTx,
  findingId: string,
  at: Date,
): Promise<readonly Row<'alert'>[]> {
  const firing = await tx.q
    .selectFrom('alert')
    .selectAll()
    .where('org_id', '=', tx.orgId)
    .where('finding_id', '=', findingId)
    .where('state', '=', 'firing')
    .forUpdate()
    .execute()
  for (const { alert_id: alertId } of firing)
    await tx.q
      .updateTable('alert')
      .set({ state: 'resolved', resolved_at: at })
      .where('org_id', '=', tx.orgId)
      .where('alert_id', '=', alertId)
      .execute()
  return firing
}

export async function listAlerts(
  at: OrgReader,
  filter: {
    readonly state?: string | undefined
    readonly workflowId?: string | undefined
    readonly after: string | null
    readonly limit: number
  },
): Promise<readonly AlertRow[]> {
  let query = alertsOf(at)
    .orderBy('alert_id', 'desc')
    .limit(filter.limit + 1)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.workflowId !== undefined) query = query.where('workflow_id', '=', filter.workflowId)
  if (filter.after !== null) query = query.where('alert_id', '<', filter.after)
  return query.execute()
}
