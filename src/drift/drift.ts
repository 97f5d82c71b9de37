import { z } from 'zod'

/** `missing`: deleted on the engine; null on a deployment that nobody has looked at yet. */
export const DRIFT_STATES = ['in_sync', 'drifted', 'missing'] as const
export type DriftState = (typeof DRIFT_STATES)[number]

/** `unknown`: nobody has looked yet; `unreachable`: the last look at the environment failed. */
export const DRIFT_FILTERS = [...DRIFT_STATES, 'unknown', 'unreachable'] as const
export type DriftFilter = (typeof DRIFT_FILTERS)[number]

export const DRIFT_PARTS = [
  'definition',
  'online',
  'schedule',
  'schedule_online',
  'schedules',
] as const

/** What is different on the engine, and who made it so. */
export const DriftDetail = z.object({
  parts: z.array(z.enum(DRIFT_PARTS)),
  /** As a person reads it. */
  text: z.string(),
  engine_version: z.int(),
  modified_by: z.string().nullable(),
  modified_at: z.string().nullable(),
})
export type DriftDetail = z.output<typeof DriftDetail>

export const Unmanaged = z.array(z.object({ engine_code: z.string(), name: z.string() }))
export type Unmanaged = z.output<typeof Unmanaged>
