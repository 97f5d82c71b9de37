import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { must } from '#src/lib/must.ts'
import { systemClock } from '#src/lib/time.ts'
import type { Clock } from '#src/lib/time.ts'
import { CONTEXT_PATH } from './handle.ts'
import { createSimulator } from './simulator.ts'
import type { Simulator } from './simulator.ts'

export interface ServedSimulator {
  /** With the context path. */
  readonly url: string
  readonly token: string
  readonly tenant: string
  readonly simulator: Simulator
  stop(): Promise<void>
}

/** How often it looks at the clock of its own accord. */
const TICK_MS = 100

/** The simulator over a socket of this machine. Port 0: any that is free. */
export async function serveSimulator(options: {
  readonly family: EngineFamily
  readonly port: number
  /** The real one when not given. */
  readonly now?: Clock
}): Promise<ServedSimulator> {
  const simulator = createSimulator({
    family: options.family,
    now: options.now ?? systemClock,
  })
  const server = createServer(getRequestListener(simulator.app.fetch))
  const port = await listen(server, options.port)
  const ticking = setInterval(simulator.tick, TICK_MS).unref()
  return {
    url: `http://127.0.0.1:${port}${CONTEXT_PATH}`,
    token: simulator.token,
    tenant: simulator.tenant,
    simulator,
    stop: async () => {
      clearInterval(ticking)
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  return must(typeof address === 'object' ? address : null, 'the port of the simulator').port
}
