import type { HttpFetch } from './http-fetch.ts'
import { readFailure } from './failure.ts'
import { AppError } from '#src/lib/errors.ts'
import type { Logger } from '#src/lib/log.ts'
import type { Clock } from '#src/lib/time.ts'

export interface HttpClientDeps {
  readonly fetch: HttpFetch
  readonly now: Clock
  readonly log: Logger
  /** Waits between two tries. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly random: () => number
  /** Stands before each try; missing: nothing does. */
  readonly guard?: Guard
}

/** Lets a try through, makes it wait, or refuses it. `caller` is without the call's deadline. */
export type Guard = (
  work: () => Promise<HttpAnswer>,
  on: { readonly signal: AbortSignal; readonly caller: AbortSignal },
) => Promise<HttpAnswer>

/** Not sent: the other side was silent too often just now. */
export class CircuitOpenError extends Error {
  readonly code = 'CIRCUIT_OPEN'
}

export interface HttpCall {
  /** For logs and errors. */
  readonly operation: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Sending it twice does the same as sending it once. */
  readonly isRepeatable: boolean
  readonly signal: AbortSignal
  readonly deadlineMs: number
}

export interface HttpAnswer {
  readonly status: number
  readonly text: string
  readonly isJson: boolean
  /** Clock of the other side as its Date header tells it, and when it was asked and answered. */
  readonly date: string | null
  readonly askedAt: Date
  readonly answeredAt: Date
}

const TRIES = 3
const FIRST_PAUSE_MS = 100
const AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** Busy, or a proxy's word that nobody is there. */
export function isOverloaded(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && AGAIN.has(Reflect.get(answer, 'status'))
}

/** One call with its deadline; a repeatable one is tried again. Any HTTP status is an answer. */
export async function sendHttp(deps: HttpClientDeps, call: HttpCall): Promise<HttpAnswer> {
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(call.deadlineMs)])
  const guard = deps.guard ?? unguarded
  let isPossiblySent = false
  for (let attempt = 1; ; attempt += 1) {
    const canRepeat = call.isRepeatable && attempt < TRIES
    let isTried = false
    const work = async (): Promise<HttpAnswer> => {
      isTried = true
      return once(deps, call, signal)
    }
    try {
      const answer = await guard(work, { signal, caller: call.signal })
      if (!canRepeat || !isOverloaded(answer)) return answer
      isPossiblySent = true
    } catch (error) {
      isPossiblySent ||= isTried && readFailure(error).isPossiblySent
      if (!canRepeat || signal.aborted || error instanceof CircuitOpenError) {
        const why = reasonOf(error, { isTried, isLate: signal.aborted && !call.signal.aborted })
        throw noAnswer(deps, call, { why, sent: isPossiblySent })
      }
    }
    await pause(deps, attempt, signal)
    if (signal.aborted) {
      const why = reasonOf(signal.reason, { isTried, isLate: !call.signal.aborted })
      throw noAnswer(deps, call, { why, sent: isPossiblySent })
    }
  }
}

const unguarded: Guard = (work) => work()

function reasonOf(
  error: unknown,
  { isTried, isLate }: { readonly isTried: boolean; readonly isLate: boolean },
): string {
  if (isLate) return isTried ? 'deadline' : 'call_budget'
  return readFailure(error).reason
}

async function once(
  deps: HttpClientDeps,
  call: HttpCall,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  if (signal.aborted) throw new NotSentError('aborted before sending')
  const askedAt = deps.now()
  const reply = await deps.fetch(call.url, {
    method: call.method,
    headers: { ...call.headers },
    ...(call.body === undefined ? {} : { body: call.body }),
    redirect: 'manual',
    signal,
  })
  const answeredAt = deps.now()
  const text = await reply.text()
  deps.log.debug(
    {
      operation: call.operation,
      status: reply.status,
      ms: answeredAt.getTime() - askedAt.getTime(),
    },
    'engine call',
  )
  return {
    status: reply.status,
    text,
    isJson: (reply.headers.get('content-type') ?? '').includes('json'),
    date: reply.headers.get('date'),
    askedAt,
    answeredAt,
  }
}

/** The signal had fired before the call began. */
class NotSentError extends Error {
  readonly code = 'ABORTED_BEFORE_SENDING'
}

/** Half to the full pause, doubling: callers that failed together do not come back together. */
async function pause(deps: HttpClientDeps, attempt: number, signal: AbortSignal): Promise<void> {
  const full = FIRST_PAUSE_MS * 2 ** (attempt - 1)
  await deps.sleep(full * (0.5 + deps.random() / 2), signal).catch(() => undefined)
}

const WORDS: Readonly<Record<string, string>> = {
  call_budget: 'its turn in the call budget of the cluster did not come in time',
  CIRCUIT_OPEN: 'the engine was silent too often just now and is left alone for a moment',
}

function noAnswer(
  deps: HttpClientDeps,
  { operation }: HttpCall,
  { why, sent }: { readonly why: string; readonly sent: boolean },
): AppError {
  deps.log.warn({ operation, reason: why, sent }, 'engine gave no answer')
  return new AppError(
    'unavailable',
    'engine.no_answer',
    `no answer to "${operation}" (${WORDS[why] ?? why})`,
    { details: { operation, reason: why, sent } },
  )
}
