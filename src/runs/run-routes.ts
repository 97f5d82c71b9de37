import { z } from '@hono/zod-openapi'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { IdempotencyHeader } from '../http/headers.ts'
import { PageQuery, pageOf } from '../http/paging.ts'
import { listRuns, readNodeRuns, readRun, type RunViewDeps } from '../views/run-view.ts'
import { cancelRun, retryRun, type CommandDeps } from './command-run.ts'
import { readLog } from './read-log.ts'
import { refreshRuns } from './refresh-runs.ts'
import { requestRun } from './request-run.ts'
import { NodeRun, Run, RunDetail, StartBody } from './run-schema.ts'
import { RUN_STATES, TRIGGERS } from './run.ts'

const Params = z.object({ run_id: z.string() })
const WorkflowParams = z.object({ workflow_id: z.string() })
const tags = ['runs']
const write = { scope: 'runs', roles: ['operator'] } as const

export function mountRunRoutes(api: Router, deps: CommandDeps & RunViewDeps): void {
  endpoint(
    api,
    { ...write, problems: ['not_found', 'conflict'] },
    {
      method: 'post',
      path: '/workflows/{workflow_id}/runs',
      operationId: 'startRun',
      description:
        'Runs the deployed version: follow `GET /runs/{run_id}` until `is_final`. It is never sent twice: a start whose answer is lost is looked for, and `unresolved` where it is not found. `run.not_online`: publish it online first; `environment.required`: name one; `request.invalid`: the parameters do not fit. Repeat it with the same Idempotency-Key, or with a `job_run_id` of your own (`run.exists`).',
      tags,
      request: {
        params: WorkflowParams,
        headers: IdempotencyHeader,
        body: { required: true, ...json(StartBody, 'What to start where') },
      },
      responses: {
        202: json(
          RunDetail,
          'On record; it is sent to the engine at once, or as soon as that answers',
        ),
      },
    },
    async (c) => {
      const { environment, params, job_run_id: jobRunId } = c.req.valid('json')
      const input = {
        workflowId: c.req.valid('param').workflow_id,
        environment,
        params,
        jobRunId,
        idempotencyKey: c.req.valid('header')['idempotency-key'],
      }
      return c.json(
        await readRun(deps, c.var.call, { runId: await requestRun(deps, c.var.call, input) }),
        202,
      )
    },
  )

  endpoint(
    api,
    { ...write, problems: ['not_found'] },
    {
      method: 'post',
      path: '/workflows/{workflow_id}/runs:refresh',
      operationId: 'refreshRuns',
      description:
        'Answers before it is done: the next sync looks further back than usual, and what it finds shows in `GET /runs`.',
      tags,
      request: { params: WorkflowParams },
      responses: {
        202: json(
          z.object({ environments: z.array(z.string()) }),
          'The engines of these environments are asked next',
        ),
      },
    },
    async (c) =>
      c.json(
        {
          environments: await refreshRuns(deps, c.var.call, {
            workflowId: c.req.valid('param').workflow_id,
          }),
        },
        202,
      ),
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/runs',
      operationId: 'listRuns',
      description:
        'By when they were asked for or began, also those that the engine started by itself; `from` is included, `to` is not. From the cache: `as_of` is when the engine last said so.',
      tags,
      request: {
        query: PageQuery.extend({
          workflow_id: z.string().optional(),
          environment: z.string().optional(),
          state: z.enum(RUN_STATES).optional(),
          trigger: z.enum(TRIGGERS).optional(),
          from: z.iso.datetime({ offset: true }).optional(),
          to: z.iso.datetime({ offset: true }).optional(),
        }),
      },
      responses: { 200: json(pageOf(Run), 'Newest first') },
    },
    async (c) => c.json(await listRuns(deps, c.var.call, c.req.valid('query')), 200),
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/runs/{run_id}',
      operationId: 'getRun',
      description:
        'From the cache: `as_of` is when the engine last said so. `outputs` are there once it `is_final`; a re-execution on the engine reopens it with the next `attempt`. `unresolved`: it was sent and not found; `:cancel` or `:retry` it.',
      tags,
      request: { params: Params },
      responses: { 200: json(RunDetail, 'The run with its attempts and node runs') },
    },
    async (c) =>
      c.json(await readRun(deps, c.var.call, { runId: c.req.valid('param').run_id }), 200),
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/runs/{run_id}/nodeRuns',
      operationId: 'listNodeRuns',
      description:
        'In one page and the engine’s order, from the cache; `GET /nodeRuns/{node_run_id}/log` reads the log of each.',
      tags,
      request: { params: Params },
      responses: {
        200: json(z.object({ items: z.array(NodeRun) }), 'Tasks of the run, retries included'),
      },
    },
    async (c) =>
      c.json(await readNodeRuns(deps, c.var.call, { runId: c.req.valid('param').run_id }), 200),
  )

  endpoint(
    api,
    { ...write, problems: ['not_found', 'conflict', 'upstream', 'unavailable'] },
    {
      method: 'post',
      path: '/runs/{run_id}:cancel',
      operationId: 'cancelRun',
      description:
        'Asks the engine now, which stops it in its own time: follow `GET /runs/{run_id}`. Should one that was never found turn up after all, it goes on under this id. `run.wrong_state`: it is over, or just being sent; `engine.conflict`: the engine says that its state forbids it; `engine.no_answer`: look before asking again.',
      tags,
      request: { params: Params },
      responses: {
        202: json(RunDetail, 'Stopping; or over, where it was never sent or never found'),
      },
    },
    async (c) => {
      const runId = c.req.valid('param').run_id
      await cancelRun(deps, c.var.call, { runId })
      return c.json(await readRun(deps, c.var.call, { runId }), 202)
    },
  )

  endpoint(
    api,
    { ...write, problems: ['not_found', 'conflict'] },
    {
      method: 'post',
      path: '/runs/{run_id}:retry',
      operationId: 'retryRun',
      description:
        'In the same environment, with the version that is deployed there now; the old one stays, but an `unresolved` one is closed. `run.wrong_state`: it is not over; `run.not_online`: publish it online first; `request.invalid`: its parameters do not fit the version. Each request without an Idempotency-Key makes another run.',
      tags,
      request: { params: Params, headers: IdempotencyHeader },
      responses: { 202: json(RunDetail, 'A new run with the same parameters') },
    },
    async (c) => {
      const input = {
        runId: c.req.valid('param').run_id,
        idempotencyKey: c.req.valid('header')['idempotency-key'],
      }
      return c.json(
        await readRun(deps, c.var.call, { runId: await retryRun(deps, c.var.call, input) }),
        202,
      )
    },
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found', 'upstream', 'unavailable'] },
    {
      method: 'get',
      path: '/nodeRuns/{node_run_id}/log',
      operationId: 'getNodeRunLog',
      description:
        'Asked now, up to 1,000 lines: ask again from `next_offset` until `is_finished`. `run.not_found`: no such node run; `engine.no_answer`: ask again.',
      tags,
      request: {
        params: z.object({ node_run_id: z.string() }),
        query: z.object({ offset: z.coerce.number().int().min(0).default(0) }),
      },
      responses: {
        200: json(
          z.object({ text: z.string(), next_offset: z.int(), is_finished: z.boolean() }),
          'A piece of the log, from the engine',
        ),
      },
    },
    async (c) =>
      c.json(
        await readLog(deps, c.var.call, {
          nodeRunId: c.req.valid('param').node_run_id,
          offset: c.req.valid('query').offset,
        }),
        200,
      ),
  )
}
