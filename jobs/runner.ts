import { takeLease, releaseLease } from './lease.ts'
import type { Db } from '#src/db/database.ts'
import type { Call } from '#src/lib/call.ts'
import { newId } from '#src/lib/ids.ts'
import type { Logger } from '#src/lib/log.ts'
import { sleep } from '#src/lib/time.ts'
import type { Job, JobRound } from './job.ts'

export interface RunnerDeps {
  readonly db: Db
  readonly log: Logger
  /** Unique per process. */
  readonly owner: string
  readonly observeRound: (round: {
    readonly job: string
    readonly outcome: 'done' | 'failed' | 'leased_elsewhere'
    readonly durationMs: number
  }) => void
  readonly monotonicMs: () => number
}

/** Short, and renewed while a round runs: a process that was killed holds nobody up for long. */
const LEASE_MS = 6_000
const LEASED_ELSEWHERE_MS = 1000
const FAILED_FIRST_MS = 500
const FAILED_MAX_MS = 30_000

export interface Runner {
  start(): void
  /** Ends the loops; resolves when the rounds under way have ended. */
  stop(): Promise<void>
}

/** The one loop of all jobs: lease, deadline, log line, backoff. */
export function createRunner(deps: RunnerDeps, jobs: readonly Job[]): Runner {
  const stopping = new AbortController()
  let loops: readonly Promise<void>[] = []
  return {
    start() {
      loops = jobs.map((job) => loop(deps, job, stopping.signal))
    },
    async stop() {
      stopping.abort(new Error('shutting down'))
      await Promise.all(loops)
    },
  }
}

async function loop(deps: RunnerDeps, job: Job, stopping: AbortSignal): Promise<void> {
  let failures = 0
  while (!stopping.aborted) {
    const nextInMs = await runRound(deps, job, stopping).then(
      (next) => {
        failures = 0
        return next
      },
      (error: unknown) => {
        failures += 1
        if (!stopping.aborted)
          deps.log.error(
            { event: 'job.failed', job: job.name, err: error, failures },
            'job round failed',
          )
        return Math.min(FAILED_MAX_MS, FAILED_FIRST_MS * 2 ** (failures - 1))
      },
    )
    await sleep(nextInMs, stopping).catch(() => undefined)
  }
}

/** One leased round; answers when to come back. */
export async function runRound(deps: RunnerDeps, job: Job, stopping: AbortSignal): Promise<number> {
  const startedMs = deps.monotonicMs()
  const observe = (outcome: 'done' | 'failed' | 'leased_elsewhere'): void =>
    deps.observeRound({ job: job.name, outcome, durationMs: deps.monotonicMs() - startedMs })
  const lease = { owner: deps.owner, ms: LEASE_MS }
  if (!(await takeLease(deps.db, job.name, lease))) {
    observe('leased_elsewhere')
    return LEASED_ELSEWHERE_MS
  }
  const lost = new AbortController()
  const renewal = setInterval(() => {
    takeLease(deps.db, job.name, lease).then(
      (isHeld) => (isHeld ? undefined : lost.abort(new Error(`the lease of ${job.name} is lost`))),
      () => lost.abort(new Error(`the lease of ${job.name} could not be renewed`)),
    )
  }, LEASE_MS / 3)
  try {
    const { nextInMs } = await job.run(roundOf(deps, job, AbortSignal.any([stopping, lost.signal])))
    observe('done')
    return nextInMs
  } catch (error) {
    observe('failed')
    throw error
  } finally {
    clearInterval(renewal)
    await releaseLease(deps.db, job.name, deps.owner)
  }
}

function roundOf(deps: RunnerDeps, job: Job, stopping: AbortSignal): JobRound {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(job.timeoutMs)])
  const log = deps.log.child({ job: job.name })
  const requestId = newId('job')
  return {
    signal,
    log,
    callFor: (orgId): Call => ({
      orgId,
      actor: {
        kind: 'system',
        id: job.name,
        name: job.name,
        roles: [],
        tokenId: null,
        tokenCreatedBy: null,
        ip: null,
      },
      requestId,
      signal,
      log: log.child({ org_id: orgId }),
    }),
  }
}
