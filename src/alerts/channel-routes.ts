import { z } from '@hono/zod-openapi'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { etagOf, IdempotencyHeader, IfMatchHeader, revisionOf } from '../http/headers.ts'
import { PageQuery, pageOf } from '../http/paging.ts'
import { plainName } from '../lib/plain-name.ts'
import { CHANNEL_KINDS, ChannelTarget } from './channel.ts'
import { pageOfChannels, readChannel, type ListDeps } from './list-alerts.ts'
import { changeChannel, createChannel, type SaveChannelDeps } from './save-channel.ts'
import { testChannel, type TestChannelDeps } from './test-channel.ts'

const Name = plainName(128)
const AlertChannel = z
  .object({
    channel_id: z.string(),
    name: z.string(),
    kind: z.string(),
    target_hint: z
      .string()
      .openapi({ description: 'Host of the target; the rest is a credential' }),
    is_enabled: z.boolean(),
    disabled_reason: z.string().nullable(),
    revision: z.int(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('AlertChannel')
const CreateBody = z.strictObject({
  name: Name,
  kind: z.enum(CHANNEL_KINDS),
  target: ChannelTarget,
})
const ChangeBody = z.strictObject({
  name: Name.optional(),
  target: ChannelTarget.optional(),
  is_enabled: z.boolean().optional(),
})
const Params = z.object({ channel_id: z.string() })
const TestAnswer = z.object({ outcome: z.string(), reason: z.string().nullable() })
const tags = ['alerts']
const write = { scope: 'alerts', roles: ['admin'] } as const

export function mountChannelRoutes(
  api: Router,
  deps: ListDeps & SaveChannelDeps & TestChannelDeps,
): void {
  endpoint(
    api,
    { scope: 'read' },
    {
      method: 'get',
      path: '/alert-channels',
      operationId: 'listAlertChannels',
      description:
        'In order of creation. `disabled_reason` tells why one is switched off: by an admin, or since its receiver was gone.',
      tags,
      request: { query: PageQuery },
      responses: { 200: json(pageOf(AlertChannel), 'Channels') },
    },
    async (c) => c.json(await pageOfChannels(deps, c.var.call, c.req.valid('query')), 200),
  )

  endpoint(
    api,
    { ...write, problems: ['conflict'] },
    {
      method: 'post',
      path: '/alert-channels',
      operationId: 'createAlertChannel',
      description:
        'Hears nothing before `POST /alert-routes` leads there; try it with `:test`. `channel.exists`: the name is taken.',
      tags,
      request: {
        headers: IdempotencyHeader,
        body: { required: true, ...json(CreateBody, 'A channel; the target is never shown again') },
      },
      responses: { 201: json(AlertChannel, 'Created') },
    },
    async (c) => {
      const idempotencyKey = c.req.valid('header')['idempotency-key']
      return c.json(
        await createChannel(deps, c.var.call, { ...c.req.valid('json'), idempotencyKey }),
        201,
      )
    },
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/alert-channels/{channel_id}',
      operationId: 'getAlertChannel',
      description: 'Of its target the host alone. The ETag goes into `If-Match` of a change.',
      tags,
      request: { params: Params },
      responses: { 200: json(AlertChannel, 'The channel') },
    },
    async (c) => {
      const channel = await readChannel(deps, c.var.call, {
        channelId: c.req.valid('param').channel_id,
      })
      return c.json(channel, 200, { etag: etagOf(channel.revision) })
    },
  )

  endpoint(
    api,
    { ...write, problems: ['not_found', 'conflict'] },
    {
      method: 'patch',
      path: '/alert-channels/{channel_id}',
      operationId: 'changeAlertChannel',
      description:
        'What is not sent stays; `target` is replaced whole. Switched off, its messages are parked; switched on, it gets what it missed and what was given up. `If-Match` is optional; where it no longer fits: `request.stale`. `channel.exists`: the name is taken.',
      tags,
      request: {
        params: Params,
        headers: IfMatchHeader,
        body: { required: true, ...json(ChangeBody, 'What to change') },
      },
      responses: { 200: json(AlertChannel, 'Changed') },
    },
    async (c) => {
      const { name, target, is_enabled: isEnabled } = c.req.valid('json')
      const input = {
        channelId: c.req.valid('param').channel_id,
        revision: revisionOf(c.req.valid('header')['if-match']),
        name,
        target,
        isEnabled,
      }
      return c.json(await changeChannel(deps, c.var.call, input), 200)
    },
  )

  endpoint(
    api,
    { ...write, problems: ['not_found'] },
    {
      method: 'post',
      path: '/alert-channels/{channel_id}:test',
      operationId: 'testAlertChannel',
      description:
        'Sends one message now, also to a channel that is switched off, and waits for the receiver. A failure is no problem response: `outcome` is not `sent` and `reason` says why. Nothing is tried again or kept as a delivery.',
      tags,
      request: { params: Params },
      responses: { 200: json(TestAnswer, 'What the receiver said') },
    },
    async (c) =>
      c.json(
        await testChannel(deps, c.var.call, { channelId: c.req.valid('param').channel_id }),
        200,
      ),
  )
}
