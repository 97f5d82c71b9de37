import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel'
import PQueue from 'p-queue'
import { CircuitOpenError, isOverloaded } from '#clients/http/http-client.ts'
import type { Guard, HttpAnswer } from '#clients/http/http-client.ts'
import { DEFAULT_BUDGET } from '#src/engine/engine.ts'
import type { CallBudget, EngineAddress } from '#src/engine/engine.ts'

export interface GuardOptions {
  /** So many tries in a row without an answer, and the engine is left alone for a while. */
  readonly failures: number
  /** How long; then one call tries whether it is back. */
  readonly pauseMs: number
  readonly onCircuit: (isOpen: boolean, host: string) => void
}

export interface Guards {
  of(address: Pick<EngineAddress, 'baseUrl' | 'budget'>): Guard
}

/** One for each server and budget of this process: who speaks to the same one waits in one line. */
export function createGuards(options: GuardOptions): Guards {
  const guards = new Map<string, Guard>()
  return {
    of: ({ baseUrl, budget = DEFAULT_BUDGET }) => {
      const key = `${budget.maxConcurrent} ${budget.maxPerSecond} ${baseUrl}`
      const guard = guards.get(key) ?? createGuard(options, budget, new URL(baseUrl).host)
      guards.set(key, guard)
      return guard
    },
  }
}

/** An end that says nothing about the engine: the caller left, or it was never asked. */
class UncountedError extends Error {}

function createGuard(options: GuardOptions, budget: CallBudget, host: string): Guard {
  const queue = new PQueue({
    concurrency: budget.maxConcurrent,
    interval: 1_000,
    intervalCap: budget.maxPerSecond,
    strict: true,
  })
  const breaker = circuitBreaker(
    handleWhen((error) => !(error instanceof UncountedError)).orWhenResult(isOverloaded),
    { halfOpenAfter: options.pauseMs, breaker: new ConsecutiveBreaker(options.failures) },
  )
  let isOpen = false
  breaker.onBreak(() => {
    // A trial that fails opens it again, which is no news.
    if (!isOpen) options.onCircuit(true, host)
    isOpen = true
  })
  breaker.onReset(() => {
    isOpen = false
    options.onCircuit(false, host)
  })

  return async (work, { signal, caller }) => {
    let isAsked = false
    const ask = async (): Promise<HttpAnswer> => {
      // It opened while this call waited in line.
      if (breaker.state === CircuitState.Open) throw new CircuitOpenError()
      isAsked = true
      return work()
    }
    const inLine = async (): Promise<HttpAnswer> => {
      try {
        return await queue.add(ask, { signal })
      } catch (error) {
        throw isAsked && !caller.aborted ? error : new UncountedError('', { cause: error })
      }
    }
    try {
      return await breaker.execute(inLine)
    } catch (error) {
      if (isBrokenCircuitError(error)) throw new CircuitOpenError()
      throw error instanceof UncountedError ? error.cause : error
    }
  }
}
