import { setupServer } from 'msw/node'
import { simulatorFetch } from '#clients/dolphinscheduler/simulator/fetch.ts'
import { simulatorHandlers } from '#clients/dolphinscheduler/simulator/msw.ts'
import type { SimulatorControl } from '#clients/dolphinscheduler/simulator/control.ts'
import { serveSimulator } from '#clients/dolphinscheduler/simulator/serve.ts'
import { createSimulator } from '#clients/dolphinscheduler/simulator/simulator.ts'
import { createTransport } from '#clients/http/transport.ts'
import { ENGINE_FAMILIES } from '#src/engine/catalog.ts'
import type { FilesUnderTest } from './conformance/bench.ts'
import { describeEngine } from './conformance.ts'

/** A clock that moves only when the suite waits. */
function standingClock() {
  let nowMs = Date.parse('2026-03-04T10:00:00.250Z')
  return {
    now: () => new Date(nowMs),
    wait: async (ms: number) => {
      nowMs += ms
    },
  }
}

function simulatedFiles(control: SimulatorControl): FilesUnderTest {
  return {
    put: async (_family, name) => {
      control.addResource(name)
      return true
    },
    // Each suite has a simulator of its own.
    remove: async () => {},
  }
}

for (const family of ENGINE_FAMILIES) {
  describeEngine(`the simulator of ${family}`, async () => {
    const { now, wait } = standingClock()
    const simulator = createSimulator({ family, now })
    const origin = `http://dolphin-${family}.test`
    const server = setupServer(...simulatorHandlers(simulator, origin))
    server.listen({ onUnhandledFrame: 'error' })
    return {
      fetch: async (url, init) => globalThis.fetch(url, init),
      now,
      wait,
      baseUrl: `${origin}/dolphinscheduler`,
      token: simulator.token,
      tenant: simulator.tenant,
      files: simulatedFiles(simulator.control),
      stop: async () => server.close(),
    }
  })
}

for (const family of ['3.1', '3.4'] as const) {
  describeEngine(`the simulator of ${family} in other zones`, async () => {
    const { now, wait } = standingClock()
    const zones = { userTimeZone: 'Asia/Shanghai', serverTimeZone: 'America/New_York' }
    const simulator = createSimulator({ family, now, ...zones })
    return {
      fetch: simulatorFetch(simulator),
      now,
      wait,
      baseUrl: 'http://dolphin.test/dolphinscheduler',
      token: simulator.token,
      tenant: simulator.tenant,
      files: simulatedFiles(simulator.control),
      ...zones,
    }
  })
}

describeEngine('the simulator of 3.2 over a socket', async () => {
  const { now, wait } = standingClock()
  const served = await serveSimulator({ family: '3.2', port: 0, now })
  const transport = createTransport()
  return {
    fetch: transport.fetch,
    now,
    wait,
    baseUrl: served.url,
    token: served.token,
    tenant: served.tenant,
    files: simulatedFiles(served.simulator.control),
    stop: async () => {
      await transport.close()
      await served.stop()
    },
  }
})
