import { sleep } from '#src/lib/time.ts'

/** Work that goes on over rounds: a round starts what is new and does not wait for what is slow. */
export interface UnderWay {
  keys(): readonly string[]
  /** Does nothing while the same is still under way. `work` never rejects. */
  start(key: string, work: () => Promise<void>): void
  /** Waits for all of it, but no longer than that; after an abort, for all of it. Answers whether some goes on. */
  settle(ms: number, signal: AbortSignal): Promise<boolean>
}

export function createUnderWay(): UnderWay {
  const running = new Map<string, Promise<void>>()
  return {
    keys: () => [...running.keys()],
    start(key, work) {
      if (running.has(key)) return
      running.set(
        key,
        work().finally(() => running.delete(key)),
      )
    },
    async settle(ms, signal) {
      const all = Promise.all(running.values())
      const patience = new AbortController()
      const late = sleep(ms, AbortSignal.any([signal, patience.signal])).catch(() => undefined)
      try {
        await Promise.race([all, late])
      } finally {
        patience.abort()
      }
      // What is cut off here ends soon, before the database is closed.
      if (signal.aborted) await all
      return running.size > 0
    },
  }
}
