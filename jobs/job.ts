import type { Call } from '#src/lib/call.ts'
import type { Logger } from '#src/lib/log.ts'

/** One round of one job. Everything that a job does is safe to do twice and on two replicas. */
export interface Job {
  readonly name: string
  /** How long one round may take; then its signal fires. */
  readonly timeoutMs: number
  run(round: JobRound): Promise<JobResult>
}

export interface JobRound {
  readonly signal: AbortSignal
  readonly log: Logger
  /** A call in the name of the job, for one organization. */
  callFor(orgId: string): Call
}

export interface JobResult {
  /** When to come back; 0: there is more to do. */
  readonly nextInMs: number
}
