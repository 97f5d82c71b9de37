import { z } from '@hono/zod-openapi'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { IdempotencyHeader } from '../http/headers.ts'
import { PageQuery, pageOf } from '../http/paging.ts'
import { listPublications, readEvidence, readPublication } from '../views/publication-view.ts'
import { approvePublication, rejectPublication } from './decide-publication.ts'
import {
  abandonPublication,
  cancelPublication,
  retryPublication,
  type EndDeps,
} from './end-publication.ts'
import type { PlanDeps } from './make-plan.ts'
import {
  DecideBody,
  EvidenceView,
  PlanBody,
  PlanView,
  Publication,
  RequestBody,
  Summary,
} from './publication-schema.ts'
import { PUBLICATION_STATES } from './publication.ts'
import { requestPublication } from './request-publication.ts'
import { showPlan } from './show-plan.ts'

const WorkflowParams = z.object({ workflow_id: z.string() })
const Params = z.object({ publication_id: z.string() })
const tags = ['publishing']

export function mountPublicationRoutes(api: Router, deps: PlanDeps & EndDeps): void {
  const engine = ['not_found', 'conflict', 'upstream', 'unavailable'] as const

  endpoint(
    api,
    { scope: 'read', problems: engine },
    {
      method: 'post',
      path: '/workflows/{workflow_id}/publications:plan',
      operationId: 'planPublication',
      description:
        'Compiles the version and compares it with the engine, which is asked now; keeps nothing, so it may be repeated. `issues` block; without any, send `plan_digest` with `POST /workflows/{workflow_id}/publications`. `version.not_found`: there is nothing to deploy; `deployment.not_found`: all but `deploy` need a deployment; `engine.no_answer`: ask again.',
      tags,
      request: {
        params: WorkflowParams,
        body: { required: true, ...json(PlanBody, 'What to do where') },
      },
      responses: { 200: json(PlanView, 'What it would do; nothing is changed') },
    },
    async (c) => {
      const { environment, operation, version, online } = c.req.valid('json')
      const input = {
        workflowId: c.req.valid('param').workflow_id,
        environment,
        operation,
        version: version ?? null,
        options: { online },
      }
      return c.json(await showPlan(deps, c.var.call, input), 200)
    },
  )

  endpoint(
    api,
    { scope: 'publishing', roles: ['author'], problems: engine },
    {
      method: 'post',
      path: '/workflows/{workflow_id}/publications',
      operationId: 'requestPublication',
      description:
        'Plans anew and puts the request on record; a job applies it once the policy’s approvals are there, at once where it wants none: follow `GET /publications/{publication_id}`, or `:cancel` it before. `publication.stale_plan` brings the new `plan` to read and send; `publication.plan_refused` lists what blocks; `publication.active`: another one of this workflow and environment is under way; `publication.nothing_to_do`: it is so already. Repeat it with the same Idempotency-Key.',
      tags,
      request: {
        params: WorkflowParams,
        headers: IdempotencyHeader,
        body: { required: true, ...json(RequestBody, 'The plan that was read') },
      },
      responses: { 202: json(Publication, 'On record; it goes on by itself once it is approved') },
    },
    async (c) => {
      const {
        environment,
        operation,
        version,
        online,
        plan_digest: planDigest,
        note,
      } = c.req.valid('json')
      const publicationId = await requestPublication(deps, c.var.call, {
        workflowId: c.req.valid('param').workflow_id,
        environment,
        operation,
        version: version ?? null,
        options: { online },
        planDigest,
        note,
        idempotencyKey: c.req.valid('header')['idempotency-key'],
      })
      return c.json(await readPublication(deps, c.var.call, { publicationId }), 202)
    },
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/publications',
      operationId: 'listPublications',
      description:
        'Without plans and steps. `waiting_for=me`: what this member may decide about now with this token, which without the role approver is nothing.',
      tags,
      request: {
        query: PageQuery.extend({
          workflow_id: z.string().optional(),
          environment: z.string().optional(),
          state: z.enum(PUBLICATION_STATES).optional(),
          waiting_for: z.literal('me').optional(),
        }),
      },
      responses: { 200: json(pageOf(Summary), 'Newest first') },
    },
    async (c) => c.json(await listPublications(deps, c.var.call, c.req.valid('query')), 200),
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/publications/{publication_id}',
      operationId: 'getPublication',
      description:
        'Poll it while `state` is `pending_approval`, `approved` or `applying`; `stuck` waits for `:retry` or `:abandon`, and all others are ends. `failed`: nothing was changed on the engine; `compensated`: it was put back, but for what `not_restored` of `failure` names; `stale`: something changed since it was planned, so plan anew.',
      tags,
      request: { params: Params },
      responses: { 200: json(Publication, 'The publication') },
    },
    async (c) =>
      c.json(
        await readPublication(deps, c.var.call, {
          publicationId: c.req.valid('param').publication_id,
        }),
        200,
      ),
  )

  endpoint(
    api,
    { scope: 'read', problems: ['not_found'] },
    {
      method: 'get',
      path: '/publications/{publication_id}/evidence',
      operationId: 'getEvidence',
      description:
        'What the engine held afterwards, and which fires fell while the schedule was down. `evidence` is null unless it succeeded; `steps` are there always.',
      tags,
      request: { params: Params },
      responses: { 200: json(EvidenceView, 'What was done, and what was read back') },
    },
    async (c) =>
      c.json(
        await readEvidence(deps, c.var.call, {
          publicationId: c.req.valid('param').publication_id,
        }),
        200,
      ),
  )

  const verbs = [
    {
      verb: 'approve',
      roles: ['approver'],
      description:
        'With the last approval that is needed a job applies it: follow `GET /publications/{publication_id}`. `publication.own_request`: whoever requested it or wrote what is new in it does not decide, nor does a token that they made; `auth.forbidden`: the policy names others; `publication.already_decided`: this member has; `publication.wrong_state`: it waits no more. A `plan_digest` that is sent has to be that of the publication (`publication.stale_plan`).',
      work: approvePublication,
    },
    {
      verb: 'reject',
      roles: ['approver'],
      description:
        'One rejection ends it, and another one may be requested. Whoever may approve may reject, with the same refusals.',
      work: rejectPublication,
    },
    {
      verb: 'cancel',
      roles: ['author', 'admin'],
      description:
        'By who requested it or an admin (`auth.forbidden`), while nothing was sent to the engine: once it is being applied, it is `publication.wrong_state`. Another one may be requested afterwards.',
      work: cancelPublication,
    },
    {
      verb: 'retry',
      roles: ['operator', 'author'],
      description:
        'Only of one that is `stuck` (`publication.wrong_state`): a job goes on with a new deadline and looks at the engine before each step, so that nothing is done twice. Follow `GET /publications/{publication_id}`.',
      work: retryPublication,
    },
    {
      verb: 'abandon',
      roles: ['operator', 'author'],
      description:
        'Only of one that is `stuck` (`publication.wrong_state`): it ends, and another one may be requested. The engine stays as it is; `failure` says what was in the way.',
      work: abandonPublication,
    },
  ] as const
  for (const { verb, roles, description, work } of verbs) {
    endpoint(
      api,
      { scope: 'publishing', roles, problems: ['not_found', 'conflict'] },
      {
        method: 'post',
        path: `/publications/{publication_id}:${verb}`,
        operationId: `${verb}Publication`,
        description,
        tags,
        request: { params: Params, body: json(DecideBody, 'Why') },
        responses: { 200: json(Publication, 'The publication as it is now') },
      },
      async (c) => {
        const publicationId = c.req.valid('param').publication_id
        const { comment, plan_digest: planDigest } = DecideBody.parse(c.req.valid('json') ?? {})
        await work(deps, c.var.call, { publicationId, comment, planDigest })
        return c.json(await readPublication(deps, c.var.call, { publicationId }), 200)
      },
    )
  }
}
