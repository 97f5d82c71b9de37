import { z } from '@hono/zod-openapi'
import { DRIFT_FILTERS } from '../drift/drift.ts'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { PageQuery, pageOf } from '../http/paging.ts'
import { SearchText } from '../http/search-text.ts'
import { WORKFLOW_STATES } from '../views/workflow-filter.ts'
import { listWorkflows, WORKFLOW_SORTS, type ListDeps } from '../views/workflow-list.ts'

const WorkflowItem = z
  .object({
    workflow_id: z.string(),
    name: z.string(),
    latest_version: z.int().nullable(),
    tags: z.array(z.string()),
    owner: z.string().nullable(),
    updated_at: z.string(),
  })
  .openapi('WorkflowItem')
const WorkflowsQuery = PageQuery.extend({
  sort: z.enum(WORKFLOW_SORTS).default('id').openapi({
    description:
      '`id`: pages show every workflow that is there all the while, once. `updated`: newest change first; what changes between two pages moves to the front and is missed by the pages that follow: to walk through all of them, ask for `id`',
  }),
  search: SearchText.optional(),
  tag: z.string().min(1).max(64).optional(),
  owner: z.string().min(1).max(128).optional(),
  type: z
    .string()
    .min(1)
    .max(40)
    .optional()
    .openapi({ description: 'Type of a task of the newest version' }),
  state: z.enum(WORKFLOW_STATES).optional().openapi({
    description:
      '`draft`: no version yet; `versioned`: not deployed; `online` and `offline`: deployed, and so in at least one environment, or in `environment`',
  }),
  drift: z.enum(DRIFT_FILTERS).optional().openapi({
    description:
      'In at least one environment, or in `environment`. `unknown`: nobody has looked yet; `unreachable`: the last look at the environment failed',
  }),
  environment: z
    .string()
    .optional()
    .openapi({ description: 'Id or name: deployed there, unless `state` says otherwise' }),
})

export function mountWorkflowListRoute(api: Router, deps: ListDeps): void {
  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/workflows',
      operationId: 'listWorkflows',
      description:
        'From what is kept here, without deleted ones; `search` looks through id, name and description.',
      tags: ['workflows'],
      request: {
        query: WorkflowsQuery,
      },
      responses: { 200: json(pageOf(WorkflowItem), 'What fits every filter') },
    },
    async (c) => c.json(await listWorkflows(deps, c.var.call, c.req.valid('query')), 200),
  )
}
