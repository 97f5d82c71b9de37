import { z } from '@hono/zod-openapi'
import { AnyJson } from '../lib/any-json.ts'

export const NodeRun = z
  .object({
    node_run_id: z.string(),
    task_key: z.string().nullable(),
    name: z.string(),
    type: z.string(),
    state: z.string(),
    retry_times: z.int(),
    started_at: z.string().nullable(),
    ended_at: z.string().nullable(),
    outputs: z.record(z.string(), z.string()),
  })
  .openapi('NodeRun')
export const Run = z
  .object({
    run_id: z.string(),
    workflow_id: z.string(),
    environment: z.string(),
    state: z.string(),
    is_final: z.boolean(),
    version: z.int().nullable(),
    trigger: z.string(),
    attempt: z.int(),
    job_run_id: z.string().nullable(),
    params: z.record(z.string(), z.string()),
    requested_by: z.string().nullable(),
    requested_at: z.string().nullable(),
    retry_of: z.string().nullable(),
    scheduled_for: z.string().nullable(),
    started_at: z.string().nullable(),
    ended_at: z.string().nullable(),
    duration_ms: z.number().nullable(),
    engine_link: z.string().nullable(),
    start_error: z.string().nullable().openapi({
      description: 'Why it was not started; while it is `requested` it is tried again',
    }),
    engine_gone_at: z.string().nullable(),
    as_of: z
      .string()
      .nullable()
      .openapi({ description: 'When the engine was last seen to say this' }),
  })
  .openapi('Run')
export const RunDetail = Run.extend({
  attempts: z.array(
    z.object({
      attempt: z.int(),
      state: z.string(),
      started_at: z.string(),
      ended_at: z.string().nullable(),
      is_confirmed: z.boolean(),
    }),
  ),
  node_runs: z.array(NodeRun),
  outputs: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .openapi({ description: "The `end`'s outputs, of a run that is over" }),
  missing_outputs: z
    .array(z.string())
    .openapi({ description: 'Declared outputs that no task has set to a value of their type' }),
}).openapi('RunDetail')
export const StartBody = z.strictObject({
  environment: z
    .string()
    .optional()
    .openapi({ description: 'Id or name; optional where the workflow is deployed in exactly one' }),
  params: z.record(z.string(), AnyJson).default({}),
  job_run_id: z
    .string()
    .min(1)
    .max(128)
    .refine((id) => id === id.trim(), 'must not start or end with a space')
    .refine((id) => !/\p{Cc}/u.test(id), 'must hold no control characters')
    .optional()
    .openapi({ description: 'Your name for it; unique in the organization' }),
})
