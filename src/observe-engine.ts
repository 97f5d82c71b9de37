import type { EngineFactory } from './engine/engine.ts'
import { isNoAnswer, isRefusal, isUnreadable } from './engine/outcome.ts'

export interface EngineObserver {
  /** `operation` is a method of the port: a bounded set, without a cluster or a project. */
  observeEngineCall(call: {
    readonly operation: string
    readonly outcome: string
    readonly durationMs: number
  }): void
}

/** The same engines, each call measured. */
export function observeEngines(
  factory: EngineFactory,
  observer: EngineObserver,
  monotonicMs: () => number,
): EngineFactory {
  const observed = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(from, name) {
        const value: unknown = Reflect.get(from, name)
        if (typeof value !== 'function') return value
        return (...args: readonly unknown[]): unknown => {
          const startedMs = monotonicMs()
          const result: unknown = Reflect.apply(value, from, args)
          if (!(result instanceof Promise)) return result
          const end = (outcome: string): void =>
            observer.observeEngineCall({
              operation: String(name),
              outcome,
              durationMs: monotonicMs() - startedMs,
            })
          result.then(
            () => end('ok'),
            (error: unknown) => end(outcomeOf(error)),
          )
          return result
        }
      },
    })
  const observedFactory = observed(factory)
  return {
    detectFamily: async (address, options) => observedFactory.detectFamily(address, options),
    connect: (address) => {
      const connected = factory.connect(address)
      return { ...connected, engine: observed(connected.engine) }
    },
    readExport: (file, options) => factory.readExport(file, options),
  }
}

function outcomeOf(error: unknown): string {
  if (isUnreadable(error)) return 'unreadable'
  if (isNoAnswer(error)) return 'no_answer'
  return isRefusal(error) ? 'refused' : 'failed'
}
