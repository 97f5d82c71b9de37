import { z } from 'zod'
import { AnyJson } from '../../lib/any-json.ts'
import { DisplayName, ENGINE_INT_MAX, Identifier, Priority } from '../values.ts'

const MAX_NAME = 255

/** A local parameter; `value` may use the engine's placeholders (`${x}`, `$[yyyyMMdd]`). */
const LocalParam = z.strictObject({
  /** Whatever was stored once still parses; `param_name` says what is no name. */
  name: z.string().max(MAX_NAME),
  type: z.string().default('VARCHAR'),
  value: z.string().default(''),
})

/** What the task sets with `${setValue(name=value)}`; a plain string means VARCHAR. */
const TaskOutput = z.union([
  z
    .string()
    .min(1)
    .max(MAX_NAME)
    .transform((name) => ({ name, type: 'VARCHAR', value: '' })),
  LocalParam,
])

/** A file of the engine's resource centre, by its path below the tenant's root: `jars/etl.jar`. */
export const ResourcePath = z.string().min(1).max(1024)

/** A data source's name; the environment knows its id and type. */
export const DataSourceName = z.string().min(1).max(255)

const Minutes = z.int().min(0).max(ENGINE_INT_MAX)

/** The engine's column is a text, of workflows alone it counts the characters. */
const MAX_DESCRIPTION = 65_535

const GroupPriority = z.int().min(-ENGINE_INT_MAX).max(ENGINE_INT_MAX)

/** What every task has, whatever it runs. */
export const common = {
  key: Identifier,
  /** Default: the key. */
  name: DisplayName.optional(),
  description: z.string().max(MAX_DESCRIPTION).default(''),
  owner: z.string().min(1).max(128).optional(),
  needs: z.array(Identifier).default([]),
  disabled: z.boolean().default(false),
  priority: Priority.default('medium'),
  worker_group: z.string().min(1).optional(),
  /** null: none, whatever the settings or the environment's defaults say. */
  environment: z.string().min(1).nullable().optional(),
  /** At most so many tasks of the group run at once; the higher priority goes first. */
  task_group: z
    .strictObject({ name: z.string().min(1), priority: GroupPriority.default(0) })
    .optional(),
  delay_min: Minutes.default(0),
  retry: z
    .strictObject({
      times: z.int().min(0).max(ENGINE_INT_MAX).default(0),
      interval_min: Minutes.default(1),
    })
    .prefault({}),
  timeout: z
    .strictObject({
      min: z.int().min(1).max(ENGINE_INT_MAX),
      action: z.enum(['warn', 'fail', 'warn_and_fail']).default('fail'),
    })
    .optional(),
  /** -1: no limit. */
  cpu_quota_percent: z.int().min(-1).default(-1),
  memory_max_mb: z.int().min(-1).default(-1),
  /** It never ends: the engine starts it apart from the runs of its workflow. */
  stream: z.boolean().optional(),
  /** The engine takes what came of it before where its inputs are the same; 3.2 alone can. */
  cached: z.boolean().optional(),
  params: z.array(LocalParam).default([]),
  outputs: z.array(TaskOutput).default([]),
  /** Files that lie beside the task when it runs. */
  resources: z.array(ResourcePath).default([]),
  /** Fields of the engine's own task parameters that have no name here, passed through unchanged. */
  engine_params: z.record(z.string(), AnyJson).default({}),
  /** Datasets, for lineage: `db.table` or any URI. */
  reads: z.array(z.string().min(1)).default([]),
  writes: z.array(z.string().min(1)).default([]),
}
