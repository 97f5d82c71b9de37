import { z } from 'zod'
import { common, DataSourceName } from './common.ts'

const Statements = z.array(z.string().min(1)).default([])

export const SqlTask = z.strictObject({
  ...common,
  type: z.literal('sql'),
  datasource: DataSourceName,
  sql: z.string().min(1),
  /** `query` returns rows (they become outputs), `statement` changes data. */
  mode: z.enum(['query', 'statement']).default('statement'),
  pre_statements: Statements,
  post_statements: Statements,
  /** Rows a query fetches at most; 0: the engine's default. */
  limit_rows: z.int().min(0).default(0),
})

/** Copies from one data source into another, or runs a job of DataX's own JSON. */
export const DataxTask = z.strictObject({
  ...common,
  type: z.literal('datax'),
  /** DataX's own job; excludes the fields of a copy below. */
  job_json: z.string().min(1).optional(),
  source: DataSourceName.optional(),
  target: DataSourceName.optional(),
  sql: z.string().min(1).optional(),
  target_table: z.string().min(1).optional(),
  pre_statements: Statements,
  post_statements: Statements,
  /** Bytes a second; 0: no limit. */
  speed_bytes: z.int().min(0).optional(),
  /** Records a second; 0: no limit. */
  speed_records: z.int().min(0).optional(),
  /** Heap of the JVM in GB. */
  heap_min_gb: z.int().min(1).optional(),
  heap_max_gb: z.int().min(1).optional(),
})
