import type { HttpFetch } from '#clients/http/http-fetch.ts'
import type { EngineFactory } from '#src/engine/engine.ts'
import { silentLog } from '#src/lib/log.ts'
import type { Logger } from '#src/lib/log.ts'
import { sleep } from '#src/lib/time.ts'
import type { Clock } from '#src/lib/time.ts'
import { createDolphinCompiler } from './compile/compiler.ts'
import { detectFamily } from './detect-family.ts'
import { dialectOf } from './dialects/dialect-of.ts'
import { createDolphinEngine } from './engine.ts'
import { readExport } from './export/read-export.ts'

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
}

/** DolphinScheduler 3.1, 3.2, 3.3 and 3.4 behind the engine port. */
export function createDolphinFactory(options: DolphinOptions): EngineFactory {
  const deps = {
    fetch: options.fetch,
    now: options.now,
    callDeadlineMs: options.callDeadlineMs ?? CALL_DEADLINE_MS,
    log: options.log ?? silentLog,
    sleep: options.sleep ?? sleep,
    random: options.random ?? Math.random,
  }
  return {
    detectFamily: async (address, call) => detectFamily(deps, address, call),
    connect: (address) => {
      const dialect = dialectOf(address.family)
      return {
        engine: createDolphinEngine({ address, dialect, deps }),
        compiler: createDolphinCompiler(dialect),
      }
    },
    readExport: (file, read) => {
      const found = readExport(file, read)
      return { ...found, compiler: createDolphinCompiler(dialectOf(found.family)) }
    },
  }
}
