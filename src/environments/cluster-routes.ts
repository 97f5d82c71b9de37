import { z } from '@hono/zod-openapi'
import { isTimeZone } from '../definition/zone.ts'
import { ENGINE_FAMILIES } from '../engine/catalog.ts'
import { DEFAULT_BUDGET } from '../engine/engine.ts'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { etagOf, IdempotencyHeader, IfMatchHeader, revisionOf } from '../http/headers.ts'
import { PageQuery, pageOf } from '../http/paging.ts'
import { plainName } from '../lib/plain-name.ts'
import {
  changeCluster,
  createCluster,
  pageOfClusters,
  readCluster,
  removeCluster,
  type ClusterDeps,
} from './manage-clusters.ts'
import { probeCluster } from './probe-cluster.ts'
import { Right } from './rights.ts'

const Url = z
  .url({ protocol: /^https?$/ })
  .max(512)
  .refine((text) => !text.includes('@'), 'must carry no credentials')
  .refine((text) => !/[?#]/.test(text), 'must have no query and no fragment')
  .transform((text) => text.replace(/\/+$/, ''))
const Zone = z.string().refine(isTimeZone, 'is no time zone')
const Name = plainName(128)
const CallsPerSecond = z.int().min(1).max(1000).openapi({
  description: 'How often each replica asks the engine at most; further calls wait in line',
})
const ConcurrentCalls = z.int().min(1).max(32).openapi({
  description: 'How many calls of each replica are under way at once',
})
const Lacking = z.array(Right).nullable()
const Cluster = z
  .object({
    cluster_id: z.string(),
    name: z.string(),
    base_url: z.string(),
    ui_url: z.string(),
    pinned_family: z.string().nullable(),
    family: z.string().nullable().openapi({ description: 'Pinned, or as the last probe found it' }),
    server_time_zone: z.string(),
    max_calls_per_second: z.int(),
    max_concurrent_calls: z.int(),
    probe: z
      .object({
        version_text: z.string().nullable(),
        user_name: z.string(),
        is_admin: z.boolean(),
        user_time_zone: z.string(),
        skew_ms: z.number(),
        warnings: z.array(z.string()),
        missing_rights: Lacking.openapi({
          description:
            'Rights that the token’s user lacks on the installation; null: the last probe did not look',
        }),
        unknown_rights: Lacking.openapi({
          description: 'Rights of which the engine gave no answer that tells',
        }),
        environments: z
          .array(
            z.object({
              environment: z.string(),
              environment_id: z.string(),
              project_code: z.string(),
              project_name: z.string(),
              as_of: z.string().nullable(),
              missing_rights: Lacking,
              unknown_rights: Lacking,
            }),
          )
          .openapi({
            description:
              'What the user lacks in the project of each environment; null: nobody looked since it was made',
          }),
      })
      .nullable(),
    probed_at: z.string().nullable(),
    revision: z.int(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('Cluster')
// It travels in a header: anything else would never reach the engine, and pass for its silence.
const Token = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^[!-~]+$/, 'may hold letters, digits and signs of ASCII only')
const CreateBody = z.strictObject({
  name: Name,
  base_url: Url.openapi({
    description: 'With the context path: http://host:12345/dolphinscheduler',
  }),
  ui_url: Url.optional(),
  token: Token,
  pinned_family: z.enum(ENGINE_FAMILIES).nullable().default(null),
  server_time_zone: Zone.default('UTC').openapi({
    description: 'Zone in which the server writes its dates',
  }),
  max_calls_per_second: CallsPerSecond.default(DEFAULT_BUDGET.maxPerSecond),
  max_concurrent_calls: ConcurrentCalls.default(DEFAULT_BUDGET.maxConcurrent),
})
const ChangeBody = z.strictObject({
  name: Name.optional(),
  ui_url: Url.optional(),
  token: Token.optional(),
  pinned_family: z.enum(ENGINE_FAMILIES).nullable().optional(),
  server_time_zone: Zone.optional(),
  max_calls_per_second: CallsPerSecond.optional(),
  max_concurrent_calls: ConcurrentCalls.optional(),
})
const Params = z.object({ cluster_id: z.string() })
const tags = ['clusters']
const admin = { scope: 'admin', roles: ['admin'] } as const

export function mountClusterRoutes(api: Router, deps: ClusterDeps): void {
  endpoint(
    api,
    { scope: 'read' },
    {
      method: 'get',
      path: '/clusters',
      operationId: 'listClusters',
      description:
        'In order of creation, with what each one’s last probe found; no engine is asked.',
      tags,
      request: { query: PageQuery },
      responses: { 200: json(pageOf(Cluster), 'Clusters') },
    },
    async (c) => c.json(await pageOfClusters(deps, c.var.call, c.req.valid('query')), 200),
  )

  endpoint(
    api,
    { ...admin, problems: ['conflict'] },
    {
      method: 'post',
      path: '/clusters',
      operationId: 'createCluster',
      description:
        'Only kept here: probe it next, or pin its family; until then, whatever needs its engine is `engine.unknown_family`. The token is encrypted and never shown; `base_url` stays for good. `cluster.exists`: the name is taken.',
      tags,
      request: {
        headers: IdempotencyHeader,
        body: { required: true, ...json(CreateBody, 'A DolphinScheduler installation') },
      },
      responses: { 201: json(Cluster, 'Created; probe it next') },
    },
    async (c) => {
      const body = c.req.valid('json')
      const input = {
        ...body,
        ui_url: body.ui_url ?? `${body.base_url}/ui`,
        idempotencyKey: c.req.valid('header')['idempotency-key'],
      }
      return c.json(await createCluster(deps, c.var.call, input), 201)
    },
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/clusters/{cluster_id}',
      operationId: 'getCluster',
      description:
        'With what its last probe found; no engine is asked. The ETag goes into `If-Match` of a change.',
      tags,
      request: { params: Params },
      responses: { 200: json(Cluster, 'The cluster') },
    },
    async (c) => {
      const cluster = await readCluster(deps, c.var.call, {
        clusterId: c.req.valid('param').cluster_id,
      })
      return c.json(cluster, 200, { etag: etagOf(cluster.revision) })
    },
  )

  endpoint(
    api,
    { ...admin, problems: ['not_found', 'conflict'] },
    {
      method: 'patch',
      path: '/clusters/{cluster_id}',
      operationId: 'changeCluster',
      description:
        'What is not sent stays. With another token, the rights that the last probe found are forgotten until the next one. `If-Match` is optional; where it no longer fits: `request.stale`. `cluster.exists`: the name is taken.',
      tags,
      request: {
        params: Params,
        headers: IfMatchHeader,
        body: { required: true, ...json(ChangeBody, 'What to change') },
      },
      responses: { 200: json(Cluster, 'Changed') },
    },
    async (c) => {
      const input = {
        clusterId: c.req.valid('param').cluster_id,
        revision: revisionOf(c.req.valid('header')['if-match']),
        change: c.req.valid('json'),
      }
      return c.json(await changeCluster(deps, c.var.call, input), 200)
    },
  )

  endpoint(
    api,
    { ...admin, problems: ['not_found', 'conflict'] },
    {
      method: 'delete',
      path: '/clusters/{cluster_id}',
      operationId: 'deleteCluster',
      description:
        'Only where no environment uses it (`cluster.in_use`). Nothing is changed on the engine.',
      tags,
      request: { params: Params },
      responses: { 204: { description: 'Deleted' } },
    },
    async (c) => {
      await removeCluster(deps, c.var.call, { clusterId: c.req.valid('param').cluster_id })
      return c.body(null, 204)
    },
  )

  endpoint(
    api,
    { ...admin, problems: ['not_found', 'conflict', 'upstream', 'unavailable'] },
    {
      method: 'post',
      path: '/clusters/{cluster_id}:probe',
      operationId: 'probeCluster',
      description:
        'Asks the engine now and changes nothing there: its family, whose token it is, and which rights that user lacks on the installation and in the project of each environment. `engine.unauthenticated`: the token does not hold; `engine.unknown_family`: pin the family, which needs no probe; `engine.no_answer`: ask again; `request.stale`: the token was changed meanwhile.',
      tags,
      request: { params: Params },
      responses: { 200: json(Cluster, 'What the engine says of itself') },
    },
    async (c) =>
      c.json(
        await probeCluster(deps, c.var.call, { clusterId: c.req.valid('param').cluster_id }),
        200,
      ),
  )
}
