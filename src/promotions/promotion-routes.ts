import { z } from '@hono/zod-openapi'
import { Identifier } from '../definition/values.ts'
import { endpoint, json, type Router } from '../http/endpoint.ts'
import { IdempotencyHeader } from '../http/headers.ts'
import type { PlanDeps } from '../publishing/make-plan.ts'
import { Publication } from '../publishing/publication-schema.ts'
import { readPublication } from '../views/publication-view.ts'
import { promote } from './promote.ts'

const Body = z.strictObject({
  workflow_id: Identifier,
  from: z.string().openapi({ description: 'Environment, id or name, where it runs' }),
  to: z.string().openapi({ description: 'Environment, id or name, where it is to run' }),
  online: z.boolean().default(false),
  note: z.string().max(1000).default(''),
})
const Promotion = z
  .object({
    publication_id: z.string(),
    publication: Publication,
    proof: z.object({
      version: z.int(),
      version_digest: z.string(),
      engine_part_digest: z.string().openapi({
        description:
          'Of the definition and the schedule as the engine keeps them, without the names of an environment and without what is online: equal in both',
      }),
    }),
  })
  .openapi('Promotion')

export function mountPromotionRoutes(api: Router, deps: PlanDeps): void {
  endpoint(
    api,
    {
      scope: 'publishing',
      roles: ['author'],
      problems: ['not_found', 'conflict', 'upstream', 'unavailable'],
    },
    {
      method: 'post',
      path: '/promotions',
      operationId: 'promote',
      description:
        'Reads both engines and requests a `deploy` of the version that `from` holds; it is approved by the policy of `to` and followed as any other with `GET /publications/{publication_id}`. `promotion.differs`: both would not hold the same definition and schedule, mostly since somebody edited it in `from`; `deployment.not_found`: it is not in `from`; `publication.plan_refused` also says what the policy wants to have seen first. Repeat it with the same Idempotency-Key.',
      tags: ['publishing'],
      request: {
        headers: IdempotencyHeader,
        body: { required: true, ...json(Body, 'From one environment to the next') },
      },
      responses: { 202: json(Promotion, 'A publication of the same version') },
    },
    async (c) => {
      const { workflow_id: workflowId, ...rest } = c.req.valid('json')
      const { publicationId, proof } = await promote(deps, c.var.call, {
        ...rest,
        workflowId,
        idempotencyKey: c.req.valid('header')['idempotency-key'],
      })
      const publication = await readPublication(deps, c.var.call, { publicationId })
      return c.json({ publication_id: publicationId, publication, proof }, 202)
    },
  )
}
