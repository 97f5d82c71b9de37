import { z } from 'zod'
import { AnyJson } from '../lib/any-json.ts'
import { Identifier, Priority } from './values.ts'

const JsonRecord = z.record(z.string(), AnyJson)

/** A local parameter; `value` may use the engine's placeholders (`${x}`, `$[yyyyMMdd]`). */
const LocalParam = z.strictObject({
  name: z.string().min(1).max(255),
  type: z.string().default('VARCHAR'),
  value: z.string().default(''),
})

/** What the task sets with `${setValue(name=value)}`; a plain string means VARCHAR. */
const TaskOutput = z.union([
  z
    .string()
    .min(1)
    .transform((name) => ({ name, type: 'VARCHAR', value: '' })),
  LocalParam,
])

const common = {
  key: Identifier,
  /** Default: the key. */
  name: z.string().trim().min(1).max(200).optional(),
  description: z.string().max(255).default(''),
  owner: z.string().min(1).max(128).optional(),
  needs: z.array(Identifier).default([]),
  disabled: z.boolean().default(false),
  priority: Priority.default('medium'),
  worker_group: z.string().min(1).optional(),
  environment: z.string().min(1).optional(),
  delay_min: z.int().min(0).max(43_200).default(0),
  retry: z
    .strictObject({
      times: z.int().min(0).max(100).default(0),
      interval_min: z.int().min(0).max(43_200).default(1),
    })
    .prefault({}),
  timeout: z
    .strictObject({
      min: z.int().min(1).max(43_200),
      action: z.enum(['warn', 'fail', 'warn_and_fail']).default('fail'),
    })
    .optional(),
  /** -1: no limit. */
  cpu_quota_percent: z.int().min(-1).default(-1),
  memory_max_mb: z.int().min(-1).default(-1),
  params: z.array(LocalParam).default([]),
  outputs: z.array(TaskOutput).default([]),
  /** Datasets, for lineage: `db.table` or any URI. */
  reads: z.array(z.string().min(1)).default([]),
  writes: z.array(z.string().min(1)).default([]),
}

const ShellTask = z.strictObject({ ...common, type: z.literal('shell'), script: z.string().min(1) })
const PythonTask = z.strictObject({
  ...common,
  type: z.literal('python'),
  script: z.string().min(1),
})

const SqlTask = z.strictObject({
  ...common,
  type: z.literal('sql'),
  datasource: z.string().min(1),
  sql: z.string().min(1),
  /** `query` returns rows (they become outputs), `statement` changes data. */
  mode: z.enum(['query', 'statement']).default('statement'),
  pre_statements: z.array(z.string().min(1)).default([]),
  post_statements: z.array(z.string().min(1)).default([]),
  /** Rows a query fetches at most; 0: the engine's default. */
  limit_rows: z.int().min(0).default(0),
})

const HttpTask = z.strictObject({
  ...common,
  type: z.literal('http'),
  url: z.string().min(1),
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).default('GET'),
  query: z.record(z.string(), z.string()).default({}),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
  /** `status` compares with `value` (default: 200); the others look into the body for `value`. */
  check: z
    .strictObject({
      kind: z
        .enum(['status_ok', 'status', 'body_contains', 'body_not_contains'])
        .default('status_ok'),
      value: z.string().default(''),
    })
    .prefault({}),
  connect_timeout_ms: z.int().min(1).default(60_000),
})

const SubWorkflowTask = z.strictObject({
  ...common,
  type: z.literal('sub_workflow'),
  /** Another workflow's id; it has to be deployed in the same environment. */
  workflow: Identifier,
})

/** Any other task type of the engine, passed through unchanged. */
const EngineTask = z.strictObject({
  ...common,
  type: z.literal('engine'),
  /** The engine's name of the type, such as `SPARK`. */
  engine_type: z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'must be an engine task type in capitals'),
  engine_params: JsonRecord.default({}),
})

export const Task = z.discriminatedUnion('type', [
  ShellTask,
  PythonTask,
  SqlTask,
  HttpTask,
  SubWorkflowTask,
  EngineTask,
])
export type Task = z.output<typeof Task>
