import { z } from '@hono/zod-openapi'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { PageQuery, pageOf } from '../http/paging.ts'
import { DELIVERY_STATES } from './alerts.ts'
import { ALERT_KINDS, AlertMessage, Facts, SEVERITIES } from './channel.ts'
import {
  pageOfAlerts,
  pageOfDeliveries,
  pageOfRoutes,
  readAlert,
  type ListDeps,
} from './list-alerts.ts'
import { redeliver, type RedeliverDeps } from './redeliver.ts'
import { createRouteOfAlerts, removeRoute, type RouteDeps } from './save-alert-route.ts'

const Alert = z
  .object({
    alert_id: z.string(),
    kind: z.string(),
    severity: z.string(),
    state: z.string(),
    title: z.string(),
    facts: Facts,
    finding_id: z.string().nullable(),
    publication_id: z.string().nullable(),
    run_id: z.string().nullable(),
    workflow_id: z.string().nullable(),
    environment_id: z.string().nullable(),
    message: AlertMessage.nullable().openapi({ description: 'null until it is written' }),
    channel_count: z.int().nullable().openapi({
      description: 'How many channels it goes to; 0: nobody hears of it; null until it is written',
    }),
    created_at: z.string(),
    resolved_at: z.string().nullable(),
  })
  .openapi('Alert')
const Delivery = z
  .object({
    delivery_id: z.string().openapi({ description: 'The same on every retry' }),
    alert_id: z.string(),
    channel_id: z.string(),
    event: z.string(),
    state: z.string(),
    attempts: z.int(),
    next_attempt_at: z.string().nullable(),
    last_error: z.string().nullable(),
    created_at: z.string(),
    sent_at: z.string().nullable(),
  })
  .openapi('Delivery')
const AlertRoute = z
  .object({
    route_id: z.string(),
    channel_id: z.string(),
    environment_id: z.string().nullable(),
    kind: z.string().nullable(),
    min_severity: z.string(),
    send_resolved: z.boolean(),
    created_at: z.string(),
  })
  .openapi('AlertRoute')
const RouteBody = z.strictObject({
  channel_id: z.string(),
  environment: z
    .string()
    .nullable()
    .default(null)
    .openapi({ description: 'Id or name; null: all' }),
  kind: z
    .enum(ALERT_KINDS)
    .nullable()
    .default(null)
    .openapi({ description: 'null: every kind of alert' }),
  min_severity: z.enum(SEVERITIES).default('info'),
  send_resolved: z
    .boolean()
    .default(true)
    .openapi({ description: 'Whether the channel hears of the end too' }),
})
const tags = ['alerts']

export function mountAlertRoutes(api: Router, deps: ListDeps & RouteDeps & RedeliverDeps): void {
  endpoint(
    api,
    { scope: 'read' },
    {
      method: 'get',
      path: '/alerts',
      operationId: 'listAlerts',
      description: 'An alert resolves with its finding; nobody has to close it.',
      tags,
      request: {
        query: PageQuery.extend({
          state: z.enum(['firing', 'resolved']).optional(),
          workflow_id: z.string().optional(),
        }),
      },
      responses: { 200: json(pageOf(Alert), 'Newest first') },
    },
    async (c) => c.json(await pageOfAlerts(deps, c.var.call, c.req.valid('query')), 200),
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/alerts/{alert_id}',
      operationId: 'getAlert',
      description:
        '`message` is written a moment after the alert, once the log of the failing task was read; `GET /deliveries` shows who got it.',
      tags,
      request: { params: z.object({ alert_id: z.string() }) },
      responses: { 200: json(Alert, 'The alert') },
    },
    async (c) =>
      c.json(await readAlert(deps, c.var.call, { alertId: c.req.valid('param').alert_id }), 200),
  )

  endpoint(
    api,
    { scope: 'read' },
    {
      method: 'get',
      path: '/deliveries',
      operationId: 'listDeliveries',
      description:
        'One for each alert, channel and event (`firing`, `resolved`). `pending` is tried again with growing pauses; `parked` waits for its channel to be switched on; `dead` was given up: `:redeliver` it.',
      tags,
      request: {
        query: PageQuery.extend({
          state: z.enum(DELIVERY_STATES).optional(),
          alert_id: z.string().optional(),
        }),
      },
      responses: { 200: json(pageOf(Delivery), 'Newest first') },
    },
    async (c) => c.json(await pageOfDeliveries(deps, c.var.call, c.req.valid('query')), 200),
  )

  endpoint(
    api,
    { scope: 'alerts', roles: ['admin', 'operator'], problems: ['not_found', 'conflict'] },
    {
      method: 'post',
      path: '/deliveries/{delivery_id}:redeliver',
      operationId: 'redeliver',
      description:
        'A job sends it next, also one that was sent before; a receiver knows a repeat by its id. `delivery.wrong_state`: it is just being sent, or its channel is switched off.',
      tags,
      request: { params: z.object({ delivery_id: z.string() }) },
      responses: { 200: json(Delivery, 'Due again, under the same id') },
    },
    async (c) =>
      c.json(
        await redeliver(deps, c.var.call, { deliveryId: c.req.valid('param').delivery_id }),
        200,
      ),
  )

  endpoint(
    api,
    { scope: 'read' },
    {
      method: 'get',
      path: '/alert-routes',
      operationId: 'listAlertRoutes',
      description: 'In order of creation.',
      tags,
      request: { query: PageQuery },
      responses: { 200: json(pageOf(AlertRoute), 'Routes') },
    },
    async (c) => c.json(await pageOfRoutes(deps, c.var.call, c.req.valid('query')), 200),
  )

  endpoint(
    api,
    { scope: 'alerts', roles: ['admin'], problems: ['not_found'] },
    {
      method: 'post',
      path: '/alert-routes',
      operationId: 'createAlertRoute',
      description:
        'Holds for messages written from now on; a channel gets each once, however many routes lead there. Each request makes another route.',
      tags,
      request: { body: { required: true, ...json(RouteBody, 'Who hears what') } },
      responses: { 201: json(AlertRoute, 'Created') },
    },
    async (c) => {
      const body = c.req.valid('json')
      const input = {
        channelId: body.channel_id,
        environment: body.environment,
        kind: body.kind,
        minSeverity: body.min_severity,
        sendResolved: body.send_resolved,
      }
      return c.json(await createRouteOfAlerts(deps, c.var.call, input), 201)
    },
  )

  endpoint(
    api,
    { scope: 'alerts', roles: ['admin'], problems: ['not_found'] },
    {
      method: 'delete',
      path: '/alert-routes/{route_id}',
      operationId: 'deleteAlertRoute',
      description:
        'What is queued is still sent. The end of an alert is told only to channels that a route still leads to.',
      tags,
      request: { params: z.object({ route_id: z.string() }) },
      responses: { 204: { description: 'Deleted' } },
    },
    async (c) => {
      await removeRoute(deps, c.var.call, { routeId: c.req.valid('param').route_id })
      return c.body(null, 204)
    },
  )
}
