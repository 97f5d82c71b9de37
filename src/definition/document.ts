import { z } from 'zod'
import { Task } from './task.ts'
import {
  Concurrency,
  DisplayName,
  ENGINE_INT_MAX,
  FailureStrategy,
  Identifier,
  ParamName,
  Priority,
  WarningType,
} from './values.ts'

/** One start parameter: a JSON Schema of a scalar, beside the engine's own type for it. */
export const StartParam = z.strictObject({
  type: z.enum(['string', 'integer', 'number', 'boolean']).default('string'),
  description: z.string().max(1000).optional(),
  /** Missing: the caller has to give a value. */
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  enum: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .min(1)
    .optional(),
  'x-engine-type': z
    .enum([
      'VARCHAR',
      'INTEGER',
      'LONG',
      'FLOAT',
      'DOUBLE',
      'DATE',
      'TIME',
      'TIMESTAMP',
      'BOOLEAN',
      'LIST',
      'FILE',
    ])
    .optional(),
  /** Handed to the workflow that calls this one; the engine's own direction, beside its value here. */
  'x-engine-direction': z.literal('out').optional(),
})
export type StartParam = z.output<typeof StartParam>

const Start = z.strictObject({
  params: z
    .strictObject({
      type: z.literal('object').default('object'),
      properties: z.record(ParamName, StartParam).default({}),
      required: z.array(ParamName).default([]),
    })
    .prefault({}),
  sync_timeout_sec: z.int().min(1).max(3600).default(30),
})

/** `from` is `task_key.output_name`. */
const EndOutput = z.strictObject({
  from: z.string().regex(/^[^.]+\../, 'must be task_key.output_name'),
  type: z.enum(['string', 'integer', 'number', 'boolean']).default('string'),
})
const End = z.strictObject({ outputs: z.record(Identifier, EndOutput).default({}) })

/** Names, never ids: the environment resolves them when a publish is planned. */
const Settings = z.strictObject({
  concurrency: Concurrency.default('parallel'),
  /** 0: no timeout. */
  timeout_min: z.int().min(0).max(ENGINE_INT_MAX).default(0),
  on_failure: FailureStrategy.default('continue'),
  priority: Priority.default('medium'),
  worker_group: z.string().min(1).optional(),
  tenant: z.string().min(1).optional(),
  /** null: none, whatever the environment's defaults say. */
  environment: z.string().min(1).nullable().optional(),
  warning: z
    .strictObject({ type: WarningType.default('none'), alert_group: z.string().min(1).optional() })
    .prefault({}),
})

/** A wall clock has no offset: the schedule's `timezone` says where it hangs. */
const LocalTime = z.iso
  .datetime({
    local: true,
    offset: false,
    error: ({ code }) =>
      code === 'invalid_format'
        ? 'must be a local date and time such as 2026-01-31T03:00:00'
        : undefined,
  })
  .refine((text) => !text.endsWith('Z'), 'is local to the timezone, so it ends without Z')

/** The engine's own schedule. `cron`: 5-field Unix or Quartz; times are local to `timezone`. */
export const ScheduleSpec = z.strictObject({
  cron: z.string().min(1),
  timezone: z.string().min(1),
  start: LocalTime.optional(),
  end: LocalTime.optional(),
})
export type ScheduleSpec = z.output<typeof ScheduleSpec>

export const WorkflowDocument = z.strictObject({
  apiVersion: z.literal('slipway/v1'),
  kind: z.literal('Workflow'),
  id: Identifier,
  name: DisplayName,
  description: z.string().max(255).default(''),
  owner: z.string().trim().min(1).max(128).optional(),
  tags: z.array(z.string().trim().min(1).max(64)).max(50).default([]),
  start: Start.prefault({}),
  end: End.prefault({}),
  settings: Settings.prefault({}),
  tasks: z.array(Task).min(1).max(5000),
  schedule: ScheduleSpec.optional(),
})

/** A parsed document with all defaults filled in: what every other module works on. */
export type WorkflowDocument = z.output<typeof WorkflowDocument>
/** What people write. */
export type WorkflowDocumentInput = z.input<typeof WorkflowDocument>
