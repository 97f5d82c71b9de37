import { z } from '@hono/zod-openapi'
import { DocumentDiff } from '../workflows/workflow-schema.ts'
import { Evidence } from './evidence.ts'
import { Failure, OPERATIONS } from './publication.ts'

const Step = z.object({
  step_no: z.int(),
  phase: z.string(),
  name: z.string(),
  state: z.string(),
  attempts: z.int(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
})
export const Summary = z
  .object({
    publication_id: z.string(),
    workflow_id: z.string(),
    environment: z.string(),
    operation: z.string(),
    version: z.int().nullable(),
    state: z.string(),
    plan_digest: z.string(),
    approvals_required: z.int(),
    requested_by: z.string(),
    note: z.string(),
    failure: Failure.nullable(),
    created_at: z.string(),
    approved_at: z.string().nullable(),
    started_at: z.string().nullable(),
    ended_at: z.string().nullable(),
    expires_at: z.string().nullable(),
    next_attempt_at: z.string().nullable(),
  })
  .openapi('PublicationSummary')
export const Publication = Summary.extend({
  plan: z.object({
    changes: DocumentDiff.nullable(),
    changes_text: z.string(),
    drift_text: z.string().nullable(),
    steps: z.array(z.string()),
    warnings: z.array(z.string()),
    next_fires: z.array(z.string()),
  }),
  approvals: z.array(
    z.object({
      member: z.string(),
      decision: z.string(),
      comment: z.string(),
      decided_at: z.string(),
    }),
  ),
  steps: z.array(Step),
}).openapi('Publication')
export const PlanView = z
  .object({
    operation: z.string(),
    version: z.int(),
    digest: z.string(),
    plan_digest: z.string().openapi({ description: 'Send it back with the request' }),
    changes: DocumentDiff.nullable(),
    changes_text: z.string(),
    drift_text: z
      .string()
      .nullable()
      .openapi({ description: 'What somebody changed on the engine since the last publication' }),
    steps: z.array(z.string()),
    warnings: z.array(z.string()),
    issues: z
      .array(z.object({ pointer: z.string(), code: z.string(), message: z.string() }))
      .openapi({ description: 'These block' }),
    next_fires: z.array(z.string()),
    approvals_required: z.int(),
    approvers: z
      .array(z.string())
      .openapi({ description: 'Empty: everybody with the role approver' }),
  })
  .openapi('PublicationPlan')
export const PlanBody = z.strictObject({
  environment: z.string().openapi({ description: 'Id or name' }),
  operation: z.enum(OPERATIONS),
  version: z
    .int()
    .min(1)
    .optional()
    .openapi({ description: 'deploy: the newest where none is named' }),
  online: z
    .boolean()
    .default(false)
    .openapi({ description: 'deploy: bring definition and schedule online as well' }),
})
export const RequestBody = PlanBody.extend({
  plan_digest: z.string().min(1),
  note: z.string().max(1000).default(''),
})
export const DecideBody = z.strictObject({
  comment: z.string().max(1000).default(''),
  plan_digest: z.string().optional(),
})
export const EvidenceView = z.object({
  publication_id: z.string(),
  state: z.string(),
  plan_digest: z.string(),
  evidence: Evidence.nullable(),
  steps: z.array(Step),
})
