import type { OrgTx } from '../db/database.ts'
import { markAlertsResolved } from './alert-store.ts'

/** The trouble behind a finding is over: its alerts say so. */
export async function resolveAlerts(tx: OrgTx, findingId: string, at: Date): Promise<void> {
  await markAlertsResolved(tx, findingId, at)
}
