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

/** One call with its deadline; a repeatable one is tried again. Any HTTP status is an answer. */
export async function sendHttp(deps: HttpClientDeps, call: HttpCall): Promise<HttpAnswer> {
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(call.deadlineMs)])
  for (let attempt = 1; ; attempt += 1) {
    const canRepeat = call.isRepeatable && attempt < TRIES
    try {
      const answer = await once(deps, call, signal)
      if (!canRepeat || !AGAIN.has(answer.status)) return answer
    } catch (error) {
      if (!canRepeat || signal.aborted) throw noAnswer(deps, call, { error, signal })
    }
    await pause(deps, attempt, signal)
    if (signal.aborted) throw noAnswer(deps, call, { error: signal.reason, signal })
  }
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

function noAnswer(
  deps: HttpClientDeps,
  call: HttpCall,
  failed: { readonly error: unknown; readonly signal: AbortSignal },
): AppError {
  const { reason, isPossiblySent } = readFailure(failed.error)
  const sent = isPossiblySent && !(failed.error instanceof NotSentError)
  const why = failed.signal.aborted && !call.signal.aborted ? 'deadline' : reason
  deps.log.warn({ operation: call.operation, reason: why, sent }, 'engine gave no answer')
  return new AppError(
    'unavailable',
    'engine.no_answer',
    `no answer to "${call.operation}" (${why})`,
    { details: { operation: call.operation, reason: why, sent } },
  )
}
