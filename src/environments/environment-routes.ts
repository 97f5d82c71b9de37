import { z } from '@hono/zod-openapi'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { etagOf, IdempotencyHeader, IfMatchHeader, revisionOf } from '../http/headers.ts'
import { EnvironmentDefaults, EnvironmentOverlay, EnvironmentPolicy } from './environment.ts'
import {
  allEnvironments,
  changeEnvironment,
  createEnvironment,
  readEnvironment,
  removeEnvironment,
  type EnvironmentDeps,
} from './manage-environments.ts'
import { readCatalog } from './read-catalog.ts'
import { Rights } from './rights.ts'

const Name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'must be a letter, then letters, digits, _ or -')
const Environment = z
  .object({
    environment_id: z.string(),
    name: z.string(),
    cluster_id: z.string(),
    project_code: z.string(),
    project_name: z.string(),
    stage_rank: z.int().openapi({ description: 'dev before test before prod' }),
    defaults: EnvironmentDefaults,
    overlay: EnvironmentOverlay,
    policy: EnvironmentPolicy,
    policy_version: z.int(),
    sync: z
      .object({
        as_of: z.string().nullable(),
        last_error: z.string().nullable(),
        last_error_at: z.string().nullable(),
      })
      .openapi({
        description: 'How the last looks at the engine went; `last_error` is of the last',
      }),
    rights: Rights.extend({ as_of: z.string() }).nullable().openapi({
      description:
        'What the token’s user lacks in the project, as the last probe of the cluster or the making of the environment found it; null: nobody looked',
    }),
    revision: z.int(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .openapi('Environment')
const OVERLAY =
  'By kind: name in the documents → name in this environment; `params`: start parameter → its default here'
const CreateBody = z
  .strictObject({
    name: Name,
    cluster_id: z.string(),
    project_code: z.string().regex(/^\d+$/).nullable().default(null),
    project_name: z.string().min(1).max(255).nullable().default(null),
    create_project: z
      .boolean()
      .default(false)
      .openapi({ description: 'Make the project when the engine has none of that name' }),
    stage_rank: z.int().min(0).max(1000).default(0),
    defaults: EnvironmentDefaults.prefault({}),
    overlay: EnvironmentOverlay.prefault({}).openapi({ description: OVERLAY }),
    policy: EnvironmentPolicy.prefault({}),
  })
  .refine((body) => body.project_code !== null || body.project_name !== null, {
    path: ['project_code'],
    message: 'give project_code or project_name',
  })
const ChangeBody = z.strictObject({
  name: Name.optional(),
  stage_rank: z.int().min(0).max(1000).optional(),
  defaults: EnvironmentDefaults.optional().openapi({
    description: 'In place of all of them: what is left out is as it is at first',
  }),
  overlay: EnvironmentOverlay.optional().openapi({
    description: `${OVERLAY}. In place of the whole overlay: what is left out is gone`,
  }),
})
const Catalog = z.object({
  worker_groups: z.array(z.string()),
  tenants: z.array(z.string()),
  environments: z.array(z.string()),
  alert_groups: z.array(z.string()),
  task_groups: z.array(z.string()),
  data_sources: z.array(z.object({ name: z.string(), type: z.string() })),
  resources: z.array(z.string()).nullable().openapi({
    description:
      'Files by their path below the root of the resource centre; null: the engine shows none to the token’s user',
  }),
})
const Params = z.object({ environment_id: z.string().openapi({ description: 'Id or name' }) })
const tags = ['environments']
const admin = { scope: 'admin', roles: ['admin'] } as const

export function mountEnvironmentRoutes(api: Router, deps: EnvironmentDeps): void {
  endpoint(
    api,
    { scope: 'read' },
    {
      method: 'get',
      path: '/environments',
      operationId: 'listEnvironments',
      description:
        'In one page: an organization has a handful. `sync` tells how the last look at each engine went; none is asked now.',
      tags,
      responses: {
        200: json(z.object({ items: z.array(Environment) }), 'All of them, lowest stage first'),
      },
    },
    async (c) => c.json({ items: await allEnvironments(deps, c.var.call) }, 200),
  )

  endpoint(
    api,
    { ...admin, problems: ['not_found', 'conflict', 'upstream', 'unavailable'] },
    {
      method: 'post',
      path: '/environments',
      operationId: 'createEnvironment',
      description:
        'Asks the engine for the project, which `create_project` makes where it is missing, and for what the token’s user may do there. A project belongs to one environment of the whole installation (`environment.project_taken`); `environment.exists`: the name is taken; `engine.unknown_family`: probe the cluster first. What runs there already is taken over by `POST /environments/{environment_id}/imports`.',
      tags,
      request: {
        headers: IdempotencyHeader,
        body: { required: true, ...json(CreateBody, 'An engine project under release control') },
      },
      responses: { 201: json(Environment, 'Created') },
    },
    async (c) =>
      c.json(
        await createEnvironment(deps, c.var.call, {
          ...c.req.valid('json'),
          idempotencyKey: c.req.valid('header')['idempotency-key'],
        }),
        201,
      ),
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/environments/{environment_id}',
      operationId: 'getEnvironment',
      description:
        'With overlay, policy and how the last look at its engine went; no engine is asked. The ETag goes into `If-Match` of a change.',
      tags,
      request: { params: Params },
      responses: { 200: json(Environment, 'The environment') },
    },
    async (c) => {
      const environment = await readEnvironment(deps, c.var.call, {
        environmentId: c.req.valid('param').environment_id,
      })
      return c.json(environment, 200, { etag: etagOf(environment.revision) })
    },
  )

  endpoint(
    api,
    { ...admin, problems: ['not_found', 'conflict'] },
    {
      method: 'patch',
      path: '/environments/{environment_id}',
      operationId: 'changeEnvironment',
      description:
        'What is not sent stays; `defaults` and `overlay` are each replaced whole, and sending either voids the plans made before: a publication that has not begun ends `stale`. Runs started through this API take worker group, tenant, environment and alert group from them at once; definitions on the engine change with their next publication. `If-Match` is optional; where it no longer fits: `request.stale`. `environment.exists`: the name is taken.',
      tags,
      request: {
        params: Params,
        headers: IfMatchHeader,
        body: { required: true, ...json(ChangeBody, 'What to change') },
      },
      responses: { 200: json(Environment, 'Changed') },
    },
    async (c) => {
      const input = {
        environmentId: c.req.valid('param').environment_id,
        revision: revisionOf(c.req.valid('header')['if-match']),
        change: c.req.valid('json'),
      }
      return c.json(await changeEnvironment(deps, c.var.call, input), 200)
    },
  )

  endpoint(
    api,
    { ...admin, problems: ['not_found', 'conflict'] },
    {
      method: 'delete',
      path: '/environments/{environment_id}',
      operationId: 'deleteEnvironment',
      description:
        'Only while nothing hangs on it: a deployment (also one undeployed since), publication, run, import, inspection rule or alert route keeps it (`environment.in_use`; `used_by` names one). The engine’s project stays as it is.',
      tags,
      request: { params: Params },
      responses: { 204: { description: 'Deleted' } },
    },
    async (c) => {
      await removeEnvironment(deps, c.var.call, {
        environmentId: c.req.valid('param').environment_id,
      })
      return c.body(null, 204)
    },
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found', 'conflict', 'upstream', 'unavailable'] },
    {
      method: 'get',
      path: '/environments/{environment_id}/catalog',
      operationId: 'getEnvironmentCatalog',
      description:
        'The names that documents and overlays can use here; never a password. `engine.forbidden`: the token’s user may not read one of the lists; `engine.no_answer`: ask again.',
      tags,
      request: { params: Params },
      responses: { 200: json(Catalog, 'What exists there by name, asked now') },
    },
    async (c) =>
      c.json(
        await readCatalog(deps, c.var.call, { environmentId: c.req.valid('param').environment_id }),
        200,
      ),
  )
}
