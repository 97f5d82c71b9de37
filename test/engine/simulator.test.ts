import { simulatorFetch } from '#clients/dolphinscheduler/simulator/fetch.ts'
import { createSimulator } from '#clients/dolphinscheduler/simulator/simulator.ts'
import { ENGINE_FAMILIES } from '#src/engine/catalog.ts'
import { describeEngine } from './conformance.ts'

for (const family of ENGINE_FAMILIES) {
  describeEngine(`the simulator of ${family}`, async () => {
    let nowMs = Date.parse('2026-03-04T10:00:00.250Z')
    const now = () => new Date(nowMs)
    const simulator = createSimulator({ family, now })
    return {
      fetch: simulatorFetch(simulator),
      now,
      baseUrl: 'http://dolphin.test/dolphinscheduler',
      token: simulator.token,
      tenant: simulator.tenant,
      wait: async (ms) => {
        nowMs += ms
      },
    }
  })
}
