import { z } from 'zod'
import { common } from './common.ts'

export const HttpTask = z.strictObject({
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
