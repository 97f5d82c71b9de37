import type { OrgReader, OrgTx } from '../db/database.ts'
import type { NewRow, Row } from '../db/tables.ts'
import { SEVERITIES, type Severity } from './channel.ts'

export async function insertRoute(
  tx: OrgTx,
  route: Omit<NewRow<'alert_route'>, 'org_id'>,
): Promise<void> {
  await tx.q
    .insertInto('alert_route')
    .values({ ...route, org_id: tx.orgId })
    .execute()
}

export async function listRoutes(
  at: OrgReader,
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly Row<'alert_route'>[]> {
  let query = at.q
    .selectFrom('alert_route')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .orderBy('route_id')
    .limit(page.limit + 1)
  if (page.after !== null) query = query.where('route_id', '>', page.after)
  return query.execute()
}

export async function deleteRoute(tx: OrgTx, routeId: string): Promise<boolean> {
  const result = await tx.q
    .deleteFrom('alert_route')
    .where('org_id', '=', tx.orgId)
    .where('route_id', '=', routeId)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

/**
 * The channels that hear an alert: each once, however many routes lead there. One that is switched
 * off is among them: what it should have heard waits for it.
 */
export async function listChannelIdsFor(
  at: OrgReader,
  alert: {
    readonly environmentId: string | null
    readonly kind: string
    readonly severity: Severity
    readonly event: 'firing' | 'resolved'
  },
): Promise<readonly string[]> {
  const rank = SEVERITIES.indexOf(alert.severity)
  let query = at.q
    .selectFrom('alert_route as r')
    .select('r.channel_id')
    .distinct()
    .where('r.org_id', '=', at.orgId)
    .where('r.min_severity', 'in', SEVERITIES.slice(0, rank + 1))
    .where((eb) => eb.or([eb('r.kind', 'is', null), eb('r.kind', '=', alert.kind)]))
    .where((eb) =>
      eb.or([eb('r.environment_id', 'is', null), eb('r.environment_id', '=', alert.environmentId)]),
    )
  if (alert.event === 'resolved') query = query.where('r.send_resolved', '=', 1)
  return (await query.execute()).map((row) => row.channel_id)
}
