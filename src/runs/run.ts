import { AppError } from '../lib/errors.ts'

/** Of a run row: before the engine knows of it, and after. */
export const RUN_STATES = [
  'requested',
  'starting',
  'queued',
  'running',
  'pausing',
  'paused',
  'stopping',
  'stopped',
  'failure',
  'success',
  'unresolved',
  'cancelled',
  'unknown',
] as const

export const TRIGGERS = [
  'manual',
  'schedule',
  'backfill',
  'rerun',
  'recover',
  'other',
  'retry',
] as const

/** Names of the start parameters that tell our runs from others; undeclared, so they survive every rerun. */
export const PARAM = {
  runId: 'slipway_run_id',
  trigger: 'slipway_trigger_type',
  jobRunId: 'slipway_job_run_id',
  attempt: 'slipway_attempt',
} as const

/** Milliseconds between two instants; null while one is not known. */
export function durationMs(startedAt: Date | null, endedAt: Date | null): number | null {
  return startedAt && endedAt ? Math.max(0, endedAt.getTime() - startedAt.getTime()) : null
}

export function wrongState(state: string): AppError {
  return new AppError('conflict', 'run.wrong_state', `the run is ${state}`, { details: { state } })
}
