import { anyPort } from '#test/support/ports.ts'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { until } from '../../demo/api-client.ts'
import { startService, type ServiceProcess } from '../../demo/service-process.ts'

const TOKEN = 'slp_killed_server_admin_token'
const Note = z.object({ port: z.int(), pid: z.int() })

let home: string
let running: ServiceProcess[]
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'slipway-server-killed-'))
  running = []
})
afterEach(async () => {
  for (const service of running) await service.stop()
  await rm(home, { recursive: true, force: true })
})

async function start(): Promise<ServiceProcess> {
  const service = await startService({
    port: await anyPort(),
    logPath: join(home, `service-${running.length}.log`),
    env: {
      SLIPWAY_HOME: home,
      DATABASE_URL: '',
      BOOTSTRAP_ORG: 'killed',
      BOOTSTRAP_ADMIN_TOKEN: TOKEN,
    },
  })
  running.push(service)
  return service
}

async function noteOfServer(): Promise<z.output<typeof Note>> {
  return Note.parse(JSON.parse(await readFile(join(home, 'database', 'server.json'), 'utf8')))
}

const Ready = z.object({ status: z.string(), database: z.string() })

async function readiness({ url }: ServiceProcess): Promise<z.output<typeof Ready>> {
  return Ready.parse(await (await fetch(`${url}/health/ready`)).json())
}

async function me({ url }: ServiceProcess): Promise<number> {
  const reply = await fetch(`${url}/api/v1/me`, { headers: { authorization: `Bearer ${TOKEN}` } })
  return reply.status
}

test('a private database that is killed comes back at its port, for every process that uses it', async () => {
  const services = [await start(), await start()]
  const before = await noteOfServer()

  process.kill(before.pid, 'SIGKILL')
  for (const service of services) {
    await until('the service to be ready again', async () => {
      const { status } = await readiness(service)
      return status === 'ready' && (await noteOfServer()).pid !== before.pid ? true : null
    })
  }

  const after = await noteOfServer()
  expect(after.port).toBe(before.port)
  expect(after.pid).not.toBe(before.pid)
  expect(await Promise.all(services.map(me))).toEqual([200, 200])
})

test('a service that starts while others wait for a killed server starts it where they look', async () => {
  const first = await start()
  const before = await noteOfServer()
  process.kill(first.pid, 'SIGKILL')
  await first.ended
  process.kill(before.pid, 'SIGKILL')

  const second = await start()

  expect((await noteOfServer()).port).toBe(before.port)
  expect(await me(second)).toBe(200)
})
