import type { Logger } from '../lib/log.ts'
import { sleep } from '../lib/time.ts'
import type { PrivateServer } from './private-server.ts'

export interface ServerWatch {
  readonly isRestarting: () => boolean
  stop(): Promise<void>
}

/** Starts the server again whenever it has ended; every process that uses it watches. */
export function watchPrivateServer(
  server: Pick<PrivateServer, 'isRunning' | 'restart'>,
  { log, everyMs }: { readonly log: Logger; readonly everyMs: number },
): ServerWatch {
  const stopping = new AbortController()
  let isRestarting = false
  const look = async (): Promise<void> => {
    if (await server.isRunning()) return
    isRestarting = true
    try {
      log.warn({ event: 'database.ended' }, 'the private database server has ended')
      await server.restart()
      log.warn({ event: 'database.restarted' }, 'the private database server was started again')
    } finally {
      isRestarting = false
    }
  }
  const ended = (async () => {
    while (!stopping.signal.aborted) {
      await look().catch((error: unknown) => {
        log.error(
          { event: 'database.restart_failed', err: error },
          'the private database server did not come back',
        )
      })
      await sleep(everyMs, stopping.signal).catch(() => undefined)
    }
  })()
  return {
    isRestarting: () => isRestarting,
    stop: () => {
      stopping.abort()
      return ended
    },
  }
}
