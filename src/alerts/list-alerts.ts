import { afterId, toPage } from '../db/cursor.ts'
import { forOrg, type Db } from '../db/database.ts'
import type { Call } from '../lib/call.ts'
import { getAlert, listAlerts } from './alert-store.ts'
import { toChannelView } from './alert-channel.ts'
import { toAlertView, toDeliveryView } from './alerts.ts'
import { getChannel, listChannels } from './channel-store.ts'
import { listDeliveries } from './delivery-store.ts'
import { toRouteView } from './save-alert-route.ts'
import { listRoutes } from './route-store.ts'

export interface ListDeps {
  readonly db: Db
}

export interface PageInput {
  readonly limit: number
  readonly cursor?: string | undefined
}

export async function pageOfAlerts(
  deps: ListDeps,
  call: Call,
  page: PageInput & {
    readonly state?: string | undefined
    readonly workflow_id?: string | undefined
  },
) {
  const filter = {
    state: page.state,
    workflowId: page.workflow_id,
    after: afterId(page),
    limit: page.limit,
  }
  const rows = await listAlerts(forOrg(deps.db, call.orgId), filter)
  return toPage(rows, { limit: page.limit, item: toAlertView, position: (row) => [row.alert_id] })
}

export async function readAlert(deps: ListDeps, call: Call, input: { readonly alertId: string }) {
  return toAlertView(await getAlert(forOrg(deps.db, call.orgId), input.alertId))
}

export async function pageOfDeliveries(
  deps: ListDeps,
  call: Call,
  page: PageInput & { readonly state?: string | undefined; readonly alert_id?: string | undefined },
) {
  const filter = {
    state: page.state,
    alertId: page.alert_id,
    after: afterId(page),
    limit: page.limit,
  }
  const rows = await listDeliveries(forOrg(deps.db, call.orgId), filter)
  return toPage(rows, {
    limit: page.limit,
    item: toDeliveryView,
    position: (row) => [row.delivery_id],
  })
}

export async function pageOfChannels(deps: ListDeps, call: Call, page: PageInput) {
  const rows = await listChannels(forOrg(deps.db, call.orgId), {
    after: afterId(page),
    limit: page.limit,
  })
  return toPage(rows, {
    limit: page.limit,
    item: toChannelView,
    position: (row) => [row.channel_id],
  })
}

export async function readChannel(
  deps: ListDeps,
  call: Call,
  input: { readonly channelId: string },
) {
  return toChannelView(await getChannel(forOrg(deps.db, call.orgId), input.channelId))
}

export async function pageOfRoutes(deps: ListDeps, call: Call, page: PageInput) {
  const rows = await listRoutes(forOrg(deps.db, call.orgId), {
    after: afterId(page),
    limit: page.limit,
  })
  return toPage(rows, { limit: page.limit, item: toRouteView, position: (row) => [row.route_id] })
}
