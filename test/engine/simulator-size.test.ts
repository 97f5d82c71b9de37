import { expect, test } from 'vitest'
import { createSimulator } from '#clients/dolphinscheduler/simulator/simulator.ts'
import { must } from '#src/lib/must.ts'
import { simulatorFetch } from '#clients/dolphinscheduler/simulator/fetch.ts'
import { createBench, options, shell } from './conformance/bench.ts'

const DEFINITIONS = 2_000
const INSTANCES = 20_000

test('lists of a big server find their page without looking at everything', async () => {
  let nowMs = Date.parse('2026-03-04T10:00:00Z')
  const now = () => new Date(nowMs)
  const simulator = createSimulator({ family: '3.4', now })
  const bench = await createBench({
    fetch: simulatorFetch(simulator),
    now,
    baseUrl: 'http://dolphin.test/dolphinscheduler',
    token: simulator.token,
    tenant: simulator.tenant,
    family: '3.4',
    wait: async (ms) => {
      nowMs += ms
    },
  })
  const { engine, projectCode } = bench
  const codes: string[] = []
  for (let count = 0; count < DEFINITIONS; count += 1) {
    codes.push((await bench.createOnline({ tasks: [shell('a', 'true')] })).at.code)
  }
  for (let count = 0; count < INSTANCES; count += 1) {
    nowMs += 1000
    simulator.control.startInstance(must(codes[count % DEFINITIONS], 'a code'))
  }

  const window = { from: new Date(nowMs - 9_500), to: now() }
  const newest = await engine.listInstances({ projectCode, window, page: 1, pageSize: 3 }, options)
  const tasks = await engine.listTaskInstances(
    { projectCode, window, page: 1, pageSize: 3 },
    options,
  )

  expect(newest.items.map(({ id }) => id)).toEqual([INSTANCES, INSTANCES - 1, INSTANCES - 2])
  expect(newest.total).toBe(11)
  expect(tasks.total).toBe(10)
})
