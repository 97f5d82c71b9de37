import type { HttpFetch } from '#clients/http/http-fetch.ts'
import type { EngineAddress, EngineFactory } from '#src/engine/engine.ts'
import { silentLog } from '#src/lib/log.ts'
import type { Logger } from '#src/lib/log.ts'
import { sleep } from '#src/lib/time.ts'
import type { Clock } from '#src/lib/time.ts'
import { createDolphinCompiler } from './compile/compiler.ts'
import { detectFamily } from './detect-family.ts'
import { dialectOf } from './dialects/dialect-of.ts'
import { createDolphinEngine } from './engine.ts'
import { readExport } from './export/read-export.ts'
import type { Guards } from './guards.ts'
import type { WireDeps } from './wire.ts'

const CALL_DEADLINE_MS = 10_000

export interface DolphinOptions {
  readonly fetch: HttpFetch
  readonly now: Clock
  /** Of a call whose options name none, retries included. */
  readonly callDeadlineMs?: number
  readonly log?: Logger
  /** Waits between two tries of a repeatable call. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
  readonly random?: () => number
  /** Call budget and circuit breaker; missing: every call is made at once. */
  readonly guards?: Guards
}

/** DolphinScheduler 3.1, 3.2, 3.3 and 3.4 behind the engine port. */
export function createDolphinFactory(options: DolphinOptions): EngineFactory {
  const { guards } = options
  const plain = {
    fetch: options.fetch,
    now: options.now,
    callDeadlineMs: options.callDeadlineMs ?? CALL_DEADLINE_MS,
    log: options.log ?? silentLog,
    sleep: options.sleep ?? sleep,
    random: options.random ?? Math.random,
  }
  const depsFor = (address: EngineAddress): WireDeps =>
    guards === undefined ? plain : { ...plain, guard: guards.of(address) }
  return {
    detectFamily: async (address, call) => detectFamily(depsFor(address), address, call),
    connect: (address) => {
      const dialect = dialectOf(address.family)
      return {
        engine: createDolphinEngine({ address, dialect, deps: depsFor(address) }),
        compiler: createDolphinCompiler(dialect),
      }
    },
    readExport: (file, read) => {
      const found = readExport(file, read)
      return { ...found, compiler: createDolphinCompiler(dialectOf(found.family)) }
    },
  }
}
