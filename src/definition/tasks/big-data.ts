import { z } from 'zod'
import { common, ResourcePath } from './common.ts'

const Count = z.int().min(1).max(100_000).optional()
/** As the engine takes it: `512M`, `2G`. */
const Memory = z
  .string()
  .regex(/^\d+[KMGTkmgt][Bb]?$/, 'must be a size such as 512M or 2G')
  .optional()
const Text = z.string().min(1).optional()

const submitted = {
  main_class: Text,
  main_jar: ResourcePath.optional(),
  app_name: Text,
  main_args: Text,
  /** Further options of the submit command, as written there. */
  options: Text,
  yarn_queue: Text,
}

export const SparkTask = z.strictObject({
  ...common,
  type: z.literal('spark'),
  language: z.enum(['java', 'scala', 'python', 'sql']),
  ...submitted,
  deploy_mode: z.enum(['client', 'cluster', 'local']).optional(),
  /** The master's URL; since 3.2. */
  master: Text,
  namespace: Text,
  /** Of `language: sql`. */
  script: Text,
  /** Where the SQL stands: in `script`, or in a resource; since 3.2. */
  script_from: z.enum(['script', 'file']).optional(),
  /** Up to 3.1 the engine tells versions of Spark apart. */
  spark_version: z.enum(['SPARK1', 'SPARK2']).optional(),
  driver_cores: Count,
  driver_memory: Memory,
  executors: Count,
  executor_cores: Count,
  executor_memory: Memory,
})

export const FlinkTask = z.strictObject({
  ...common,
  type: z.literal('flink'),
  language: z.enum(['java', 'scala', 'python', 'sql']),
  ...submitted,
  deploy_mode: z.enum(['local', 'standalone', 'cluster', 'application']).optional(),
  flink_version: Text,
  init_script: Text,
  script: Text,
  parallelism: Count,
  slots: Count,
  task_managers: Count,
  job_manager_memory: Memory,
  task_manager_memory: Memory,
})

export const SeatunnelTask = z.strictObject({
  ...common,
  type: z.literal('seatunnel'),
  startup_script: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]*\.sh$/,
      'must be the name of a shell script, such as seatunnel.sh',
    ),
  /** The job's configuration; without it, the one file in `resources` is the configuration. */
  config: Text,
  deploy_mode: z.enum(['client', 'cluster', 'local']).optional(),
  /** Of Flink. */
  run_mode: z.enum(['none', 'run', 'run_application']).optional(),
  options: Text,
  /** Of Spark. */
  master: z.enum(['yarn', 'local', 'spark', 'mesos']).optional(),
  master_url: Text,
})
