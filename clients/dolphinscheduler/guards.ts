import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
  type CircuitBreakerPolicy,
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

/** One line for each server and budget of this process; whether it is silent is the server's alone. */
export function createGuards(options: GuardOptions): Guards {
  const guards = new Map<string, Guard>()
  const breakers = new Map<string, Breaker>()
  return {
    of: ({ baseUrl, budget = DEFAULT_BUDGET }) => {
      const breaker = breakers.get(baseUrl) ?? createBreaker(options, new URL(baseUrl).host)
      breakers.set(baseUrl, breaker)
      const key = `${budget.maxConcurrent} ${budget.maxPerSecond} ${baseUrl}`
      const guard = guards.get(key) ?? createGuard(breaker, budget)
      guards.set(key, guard)
      return guard
    },
  }
}

type Breaker = CircuitBreakerPolicy

/** An end that says nothing about the engine: the caller left, or it was never asked. */
class UncountedError extends Error {}

function createBreaker(options: GuardOptions, host: string): Breaker {
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
  return breaker
}

function createGuard(breaker: Breaker, budget: CallBudget): Guard {
  const queue = new PQueue({
    concurrency: budget.maxConcurrent,
    interval: 1_000,
    intervalCap: budget.maxPerSecond,
    strict: true,
  })
  return async (work, { signal, caller }) => {
    // A trial is under way: the breaker would let this call wait for its end, whatever its deadline.
    if (breaker.state === CircuitState.HalfOpen) throw new CircuitOpenError()
    const isTrial = breaker.state === CircuitState.Open
    let isAsked = false
    const ask = async (): Promise<HttpAnswer> => {
      // It opened while this call waited in line.
      if (!isTrial && breaker.state !== CircuitState.Closed) throw new CircuitOpenError()
      isAsked = true
      return work()
    }
    const inLine = async (): Promise<HttpAnswer> => {
      try {
        return await queue.add(ask, { signal })
      } catch (error) {
        // Only an answer closes the circuit: of a trial every other end is silence.
        if (isTrial || (isAsked && !caller.aborted)) throw error
        throw new UncountedError('', { cause: error })
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
