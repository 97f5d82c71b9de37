import { z } from '@hono/zod-openapi'
import { Identifier } from '../definition/values.ts'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { PageQuery, pageOf } from '../http/paging.ts'
import { SearchText } from '../http/search-text.ts'
import type { Clock } from '../lib/time.ts'
import { decideDependency } from './decide-dependency.ts'
import { DEPENDENCY_STATES, type Decision } from './dependencies.ts'
import { DATASETS_STATES, EDGE_ORIGINS } from './lineage.ts'
import { listTasks, type LineageDeps } from './list-tasks.ts'
import { readLineage } from './read-lineage.ts'

const Dataset = z.object({
  dataset: z.string(),
  origin: z.string().openapi({ description: '`declared`, or taken from the task’s `sql`' }),
})
const TaskNode = z
  .object({
    workflow_id: z.string(),
    task_key: z.string(),
    version: z.int(),
    name: z.string(),
    type: z.string(),
    owner: z.string().nullable(),
    is_disabled: z.boolean(),
    datasets_state: z.enum(DATASETS_STATES).openapi({
      description:
        '`unknown`: some of what it reads or writes could not be found out; `pending`: its SQL is read in a moment',
    }),
    reads: z.array(Dataset),
    writes: z.array(Dataset),
  })
  .openapi('TaskNode')
const Task = TaskNode.extend({
  node_attrs: z
    .record(z.string(), z.unknown())
    .openapi({ description: 'The task as defined; texts longer than 2,000 characters are cut' }),
}).openapi('Task')
const End = z.object({
  workflow_id: z.string(),
  task_key: z.string().nullable().openapi({ description: 'null: the whole workflow' }),
})
const Dependency = z
  .object({
    workflow_id: z.string(),
    name: z.string(),
    is_covered: z.boolean().openapi({
      description:
        'Of every dataset: each enabled task that reads it comes after an enabled one that waits for that workflow, or one runs the other as a sub-workflow',
    }),
    datasets: z.array(
      z.object({
        dataset: z.string(),
        state: z.enum(DEPENDENCY_STATES),
        note: z.string().nullable(),
        decided_by: z.string().nullable(),
        decided_at: z.string().nullable(),
      }),
    ),
  })
  .openapi('WorkflowDependency')
const Lineage = z
  .object({
    workflow_id: z.string(),
    version: z.int().nullable(),
    is_complete: z
      .boolean()
      .openapi({ description: 'false: the newest version, or SQL of it, is read in a moment' }),
    is_truncated: z.boolean(),
    nodes: z.array(TaskNode),
    edges: z.array(
      z.object({
        from: End,
        to: End,
        origin: z.enum(EDGE_ORIGINS),
        dataset: z.string().nullable(),
      }),
    ),
    upstream: z.array(Dependency),
    downstream: z.array(Dependency),
    unconfirmed: z
      .array(
        z.object({
          upstream_workflow_id: z.string(),
          upstream_name: z.string(),
          datasets: z.array(z.string()),
        }),
      )
      .openapi({
        description:
          'Workflows whose data it reads without a task before that waits for them, and nobody said why',
      }),
  })
  .openapi('Lineage')
const TASK_ID = /^[A-Za-z][A-Za-z0-9_-]{0,127}\/[A-Za-z][A-Za-z0-9_-]{0,127}$/
const TaskIdText = z
  .string()
  .regex(TASK_ID, 'must be workflow_id/task_key')
  .optional()
  .openapi({ description: '`workflow_id/task_key`' })
const DatasetName = z.string().min(1).max(2000)
const TasksQuery = PageQuery.extend({
  workflow_id: z.string().min(1).max(128).optional(),
  upstream_of: TaskIdText,
  downstream_of: TaskIdText,
  depth: z.coerce
    .number()
    .int()
    .min(1)
    .max(20)
    .default(1)
    .openapi({ description: 'Steps from `upstream_of` and `downstream_of` at most' }),
  owner: z.string().min(1).max(128).optional(),
  type: z.string().min(1).max(40).optional(),
  reads: DatasetName.optional(),
  writes: DatasetName.optional(),
  search: SearchText.optional().openapi({
    description:
      'A part of its key or its name, in any case; no character has a meaning of its own',
  }),
})
const DecisionBody = z.strictObject({
  upstream_workflow_id: Identifier,
  datasets: z
    .array(DatasetName)
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'Missing: all by which it depends on that workflow now' }),
  note: z.string().max(1000).default(''),
})
const Params = z.object({ workflow_id: z.string() })
const VERBS = [
  {
    verb: 'confirm',
    decision: 'confirmed',
    operationId: 'confirmDependency',
    description:
      'Says that it does depend on the data of that workflow although no task waits for it; nothing changes on any engine. The last word counts, so `:dismiss` takes it back. `lineage.no_dependency`: no such dataset connects them now; `lineage.covered`: every task that reads it comes after one that waits, or one runs the other.',
  },
  {
    verb: 'dismiss',
    decision: 'dismissed',
    operationId: 'dismissDependency',
    description:
      'Says that reading the data of that workflow makes it no dependency; a dataset that connects them later is asked about anew. `:confirm` takes it back. `lineage.no_dependency`: no such dataset connects them now; `lineage.covered`: every task that reads it comes after one that waits, or one runs the other.',
  },
] as const satisfies readonly { readonly decision: Decision; readonly [key: string]: string }[]
const tags = ['lineage']

export function mountLineageRoutes(api: Router, deps: LineageDeps & { readonly now: Clock }): void {
  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/tasks',
      operationId: 'listTasks',
      description:
        '`upstream_of` and `downstream_of` follow needs, `dependent` tasks, sub-workflows and datasets across workflows; what finds more than 2,000 tasks is `lineage.too_wide`. Names of datasets compare without case. The SQL of a new version is read a moment later: until then `datasets_state` is `pending`.',
      tags,
      request: { query: TasksQuery },
      responses: { 200: json(pageOf(Task), 'Tasks of newest versions, by workflow and key') },
    },
    async (c) => c.json(await listTasks(deps, c.var.call, c.req.valid('query')), 200),
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/workflows/{workflow_id}/lineage',
      operationId: 'getLineage',
      description:
        'Its tasks, their neighbours in other workflows, and by which datasets whole workflows depend on each other. `unconfirmed` is for a person: `:confirm` it, `:dismiss` it, or let a task wait.',
      tags,
      request: { params: Params },
      responses: { 200: json(Lineage, 'Of its newest version, across workflows') },
    },
    async (c) =>
      c.json(
        await readLineage(deps, c.var.call, { workflowId: c.req.valid('param').workflow_id }),
        200,
      ),
  )

  for (const { verb, decision, operationId, description } of VERBS) {
    endpoint(
      api,
      { scope: 'workflows', roles: ['author'], problems: ['not_found', 'conflict'] },
      {
        method: 'post',
        path: `/workflows/{workflow_id}/lineage:${verb}`,
        operationId,
        description,
        tags,
        request: {
          params: Params,
          body: { required: true, ...json(DecisionBody, 'Which dependency') },
        },
        responses: { 200: json(Lineage, 'It is on record who said so') },
      },
      async (c) => {
        const workflowId = c.req.valid('param').workflow_id
        const body = c.req.valid('json')
        await decideDependency(deps, c.var.call, {
          workflowId,
          upstreamWorkflowId: body.upstream_workflow_id,
          datasets: body.datasets,
          decision,
          note: body.note,
        })
        return c.json(await readLineage(deps, c.var.call, { workflowId }), 200)
      },
    )
  }
}
