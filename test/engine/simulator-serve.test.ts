import { afterEach, expect, test } from 'vitest'
import { createDolphinFactory } from '#clients/dolphinscheduler/factory.ts'
import { serveSimulator } from '#clients/dolphinscheduler/simulator/serve.ts'
import type { ServedSimulator } from '#clients/dolphinscheduler/simulator/serve.ts'
import { createTransport } from '#clients/http/transport.ts'
import { systemClock } from '#src/lib/time.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function serve(): Promise<ServedSimulator> {
  const served = await serveSimulator({ family: '3.4', port: 0 })
  cleanups.push(async () => served.stop())
  return served
}

function connect({ url, token }: ServedSimulator) {
  const transport = createTransport()
  cleanups.push(async () => transport.close())
  const factory = createDolphinFactory({
    fetch: transport.fetch,
    now: systemClock,
    callDeadlineMs: 300,
  })
  const address = { uiUrl: url, serverTimeZone: 'UTC', userTimeZone: 'UTC', family: '3.4' } as const
  return factory.connect({ ...address, baseUrl: url, token }).engine
}

const options = { signal: new AbortController().signal }

test('it serves over a socket and tells its time', async () => {
  const engine = connect(await serve())

  const probe = await engine.probe(options)

  expect(probe).toMatchObject({ family: '3.4', versionText: '3.4.2', userName: 'admin' })
})

test.each(['reset', 'hang', 'lost_answer'] as const)('%s is no answer', async (kind) => {
  const served = await serve()
  served.simulator.control.failNext({ method: 'POST', path: /^\/projects$/, kind })

  const failure = await connect(served)
    .createProject({ name: 'p', description: '' }, options)
    .catch((error: unknown) => error)

  expect(failure).toMatchObject({ code: 'engine.no_answer', details: { sent: true } })
})
