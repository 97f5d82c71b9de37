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
    { verb: 'approve', roles: ['approver'], work: approvePublication },
    { verb: 'reject', roles: ['approver'], work: rejectPublication },
    { verb: 'cancel', roles: ['author', 'admin'], work: cancelPublication },
    { verb: 'retry', roles: ['operator', 'author'], work: retryPublication },
    { verb: 'abandon', roles: ['operator', 'author'], work: abandonPublication },
  ] as const
  for (const { verb, roles, work } of verbs) {
    endpoint(
      api,
      { scope: 'publishing', roles, problems: ['not_found', 'conflict'] },
      {
        method: 'post',
        path: `/publications/{publication_id}:${verb}`,
        operationId: `${verb}Publication`,
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
