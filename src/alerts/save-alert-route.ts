import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type Db } from '../db/database.ts'
import type { NewRow, Row } from '../db/tables.ts'
import { assertEnvironment } from '../environments/assert-environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { Clock } from '../lib/time.ts'
import type { AlertKind, Severity } from './channel.ts'
import { getChannel } from './channel-store.ts'
import { deleteRoute, insertRoute } from './route-store.ts'

export interface RouteDeps {
  readonly db: Db
  readonly now: Clock
}

export interface RouteInput {
  readonly channelId: string
  /** Id or name; null: every environment. */
  readonly environment: string | null
  /** null: every kind of alert. */
  readonly kind: AlertKind | null
  readonly minSeverity: Severity
  /** Whether its channel hears of the end too. */
  readonly sendResolved: boolean
}

export interface RouteView {
  readonly route_id: string
  readonly channel_id: string
  readonly environment_id: string | null
  readonly kind: string | null
  readonly min_severity: string
  readonly send_resolved: boolean
  readonly created_at: string
}

export async function createRouteOfAlerts(
  deps: RouteDeps,
  call: Call,
  input: RouteInput,
): Promise<RouteView> {
  const at = deps.now()
  return inTx(forOrg(deps.db, call.orgId), async (tx) => {
    await getChannel(tx, input.channelId)
    const environmentId =
      input.environment === null ? null : await assertEnvironment(tx, input.environment)
    const route = {
      route_id: newId('rte'),
      channel_id: input.channelId,
      environment_id: environmentId,
      kind: input.kind,
      min_severity: input.minSeverity,
      send_resolved: input.sendResolved,
      created_at: at,
    }
    await insertRoute(tx, route)
    await recordAudit(tx, call, {
      action: 'route.create',
      subjectType: 'route',
      subjectId: route.route_id,
      after: route,
      at,
    })
    return toRouteView(route)
  })
}

export async function removeRoute(
  deps: RouteDeps,
  call: Call,
  input: { readonly routeId: string },
): Promise<void> {
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    if (!(await deleteRoute(tx, input.routeId)))
      throw new AppError('not_found', 'route.not_found', `no alert route "${input.routeId}"`)
    await recordAudit(tx, call, {
      action: 'route.delete',
      subjectType: 'route',
      subjectId: input.routeId,
      at: deps.now(),
    })
  })
}

export function toRouteView(
  row: Omit<NewRow<'alert_route'>, 'org_id'> | Row<'alert_route'>,
): RouteView {
  return {
    route_id: row.route_id,
    channel_id: row.channel_id,
    environment_id: row.environment_id ?? null,
    kind: row.kind ?? null,
    min_severity: row.min_severity,
    send_resolved: Boolean(row.send_resolved),
    created_at: row.created_at.toISOString(),
  }
}
