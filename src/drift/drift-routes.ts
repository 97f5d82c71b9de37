import { z } from '@hono/zod-openapi'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { PageQuery, pageOf } from '../http/paging.ts'
import { QueryFlag } from '../http/query-flag.ts'
import { Publication } from '../publishing/publication-schema.ts'
import { readPublication } from '../views/publication-view.ts'
import { adoptDrift, restoreDeployment, type AdoptDriftDeps } from './adopt-drift.ts'
import { DRIFT_FILTERS, DRIFT_STATES, DriftDetail } from './drift.ts'
import { pageOfDeployments, showDeployment, showWatch } from './show-drift.ts'

const AsPublished = z
  .boolean()
  .openapi({ description: 'As published; what the engine has now is told by `drift_state`' })
const Deployment = z
  .object({
    deployment_id: z.string(),
    workflow_id: z.string(),
    environment_id: z.string(),
    version: z.int().nullable(),
    is_online: AsPublished,
    is_schedule_online: AsPublished,
    drift_state: z
      .enum(DRIFT_STATES)
      .nullable()
      .openapi({ description: 'null: nobody has looked since the last publication' }),
    drift_as_of: z.string().nullable(),
  })
  .openapi('Deployment')
const DeploymentDetail = Deployment.extend({ drift: DriftDetail.nullable() }).openapi(
  'DeploymentDetail',
)
const Watch = z
  .object({
    environment: z.string(),
    is_reachable: z.boolean().nullable(),
    as_of: z.string().nullable(),
    swept_at: z.string().nullable(),
    last_error: z.object({ message: z.string(), at: z.string() }).nullable(),
    unmanaged_count: z.int(),
    unmanaged: z
      .array(z.object({ engine_code: z.string(), name: z.string() }))
      .openapi({ description: 'The first thousand; an import lists all' }),
  })
  .openapi('EnvironmentDrift')
const DeploymentParams = z.object({ deployment_id: z.string() })
const EnvironmentParams = z.object({
  environment_id: z.string().openapi({ description: 'Id or name' }),
})
const DeploymentsQuery = PageQuery.extend({
  environment: z.string().optional(),
  workflow_id: z.string().optional(),
  drift: z.enum(DRIFT_FILTERS).optional().openapi({
    description:
      '`unknown`: nobody has looked yet; `unreachable`: the last look at its environment failed',
  }),
})
const AdoptQuery = z.object({
  overwrite_draft: QueryFlag.openapi({
    description: 'Also where the draft holds unversioned changes',
  }),
})
const tags = ['deployments']
const write = {
  scope: 'publishing',
  roles: ['author'],
  problems: ['not_found', 'conflict', 'upstream', 'unavailable'],
} as const

export function mountDriftRoutes(api: Router, deps: AdoptDriftDeps): void {
  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/deployments',
      operationId: 'listDeployments',
      description:
        'In order of creation, without what was undeployed. No engine is asked: `drift_as_of` is when somebody last looked.',
      tags,
      request: { query: DeploymentsQuery },
      responses: { 200: json(pageOf(Deployment), 'What runs where') },
    },
    async (c) => c.json(await pageOfDeployments(deps, c.var.call, c.req.valid('query')), 200),
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/deployments/{deployment_id}',
      operationId: 'getDeployment',
      description:
        'As the drift watch saw it at `drift_as_of`: what differs, in words, and who changed it last. `:adopt` makes a version of it, `:restore` requests what was published.',
      tags,
      request: { params: DeploymentParams },
      responses: { 200: json(DeploymentDetail, 'With what is different on its engine') },
    },
    async (c) => {
      const deploymentId = c.req.valid('param').deployment_id
      return c.json(await showDeployment(deps, c.var.call, { deploymentId }), 200)
    },
  )

  endpoint(
    api,
    write,
    {
      method: 'post',
      path: '/deployments/{deployment_id}:adopt',
      operationId: 'adoptDrift',
      description:
        'Reads the engine now and makes a version of what it holds, in the name of whoever asks; the draft becomes it as well, and what versions after the deployed one brought is not in it. `version.unchanged`: nothing differs, or only what is online, which `offline`, `online` or `:restore` settle; `workflow.stale_draft`: the draft holds changes that are in no version, which `overwrite_draft` drops; `workflow.invalid`: no document can say it; `deployment.not_found`: the engine has it no more.',
      tags,
      request: { params: DeploymentParams, query: AdoptQuery },
      responses: {
        201: json(
          z.object({ workflow_id: z.string(), version: z.int() }),
          'What runs there is a version now; publish it to have it approved',
        ),
      },
    },
    async (c) => {
      const deploymentId = c.req.valid('param').deployment_id
      const { workflowId, version } = await adoptDrift(deps, c.var.call, {
        deploymentId,
        overwritesDraft: c.req.valid('query').overwrite_draft,
      })
      return c.json({ workflow_id: workflowId, version }, 201)
    },
  )

  endpoint(
    api,
    write,
    {
      method: 'post',
      path: '/deployments/{deployment_id}:restore',
      operationId: 'restoreDeployment',
      description:
        'Plans now and requests a `deploy` of the version that was published last, online where that was; it is approved and followed as any other with `GET /publications/{publication_id}`. `publication.nothing_to_do`: there is nothing to put back; `publication.active`: another one is under way; `publication.plan_refused`: something blocks, as where the engine has it no more.',
      tags,
      request: { params: DeploymentParams },
      responses: {
        202: json(Publication, 'A publication of what was published'),
      },
    },
    async (c) => {
      const deploymentId = c.req.valid('param').deployment_id
      const publicationId = await restoreDeployment(deps, c.var.call, { deploymentId })
      return c.json(await readPublication(deps, c.var.call, { publicationId }), 202)
    },
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/environments/{environment_id}/drift',
      operationId: 'getEnvironmentDrift',
      description:
        'As the drift watch last saw it (`as_of`); no engine is asked. `POST /environments/{environment_id}/imports` takes over what is `unmanaged`.',
      tags,
      request: { params: EnvironmentParams },
      responses: { 200: json(Watch, 'The last look at it, and what nobody manages there') },
    },
    async (c) => {
      const environment = c.req.valid('param').environment_id
      return c.json(await showWatch(deps, c.var.call, { environment }), 200)
    },
  )
}
