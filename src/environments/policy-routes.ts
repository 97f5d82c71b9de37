import { z } from '@hono/zod-openapi'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { EnvironmentPolicy } from './environment.ts'
import { changeEnvironment, readEnvironment, type EnvironmentDeps } from './manage-environments.ts'

const Policy = EnvironmentPolicy.extend({ policy_version: z.int() })
const Params = z.object({ environment_id: z.string().openapi({ description: 'Id or name' }) })
const tags = ['environments']

export function mountPolicyRoutes(api: Router, deps: EnvironmentDeps): void {
  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/environments/{environment_id}/policy',
      operationId: 'getEnvironmentPolicy',
      description:
        'How many approvals a publication to it needs, whose, how long they are waited for, and what a version has to have shown one stage below. `policy_version` rises with each change of policy, overlay or defaults.',
      tags,
      request: { params: Params },
      responses: { 200: json(Policy, 'Who approves what goes here') },
    },
    async (c) => {
      const { policy, policy_version } = await readEnvironment(deps, c.var.call, {
        environmentId: c.req.valid('param').environment_id,
      })
      return c.json({ ...policy, policy_version }, 200)
    },
  )

  endpoint(
    api,
    { scope: 'admin', roles: ['admin'], problems: ['not_found', 'conflict'] },
    {
      method: 'put',
      path: '/environments/{environment_id}/policy',
      operationId: 'setEnvironmentPolicy',
      description:
        'In place of the whole policy: what is not sent gets its default. A publication that has not begun keeps the number of approvals it was requested with and ends `stale` when it would be applied: request it anew. `approvers` are names of active members (`request.invalid`).',
      tags,
      request: {
        params: Params,
        body: { required: true, ...json(EnvironmentPolicy, 'The policy') },
      },
      responses: { 200: json(Policy, 'Changed; plans made before are stale') },
    },
    async (c) => {
      const input = {
        environmentId: c.req.valid('param').environment_id,
        revision: null,
        change: { policy: c.req.valid('json') },
      }
      const { policy, policy_version } = await changeEnvironment(deps, c.var.call, input)
      return c.json({ ...policy, policy_version }, 200)
    },
  )
}
