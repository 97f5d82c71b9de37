import { anyPort } from '#test/support/ports.ts'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createApiClient, until } from '../../demo/api-client.ts'
import { startService } from '../../demo/service-process.ts'
import { useTestDatabase } from '#test/support/database.ts'

const database = await useTestDatabase()
let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'slipway-draining-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

/** An engine that keeps whoever asks waiting. */
async function startHoldingEngine() {
  const { promise: asked, resolve: onAsked } = Promise.withResolvers<ServerResponse>()
  const server = createServer((_request, response) => onAsked(response))
  const port = await anyPort()
  await new Promise<void>((done) => {
    server.listen(port, '127.0.0.1', done)
  })
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${port}/dolphinscheduler`, asked, close }
}

test('while a request is in flight, a process that was told to stop says that it is draining', async () => {
  const engine = await startHoldingEngine()
  const token = `slp_${randomBytes(32).toString('hex')}`
  const service = await startService({
    port: await anyPort(),
    logPath: join(home, 'service.log'),
    env: {
      DATABASE_URL: database.url,
      SLIPWAY_KEYS: `k:${randomBytes(32).toString('base64')}`,
      BOOTSTRAP_ORG: 'drain',
      BOOTSTRAP_ADMIN_TOKEN: token,
    },
  })
  try {
    const api = createApiClient(service.url, token)
    const { cluster_id: id } = await api.post(
      '/clusters',
      { name: 'held', base_url: engine.url, token: 'x' },
      z.object({ cluster_id: z.string() }),
    )
    const probe = api.send('POST', `/clusters/${id}:probe`)
    await engine.asked

    process.kill(service.pid, 'SIGTERM')
    const report = await until('the process to say that it is draining', async () => {
      const reply = await fetch(`${service.url}/health/ready`)
      return reply.status === 503 ? reply.json() : null
    })
    engine.close()
    await service.ended

    expect(report).toMatchObject({ status: 'not_ready', database: 'ok', is_draining: true })
    expect((await probe).status).toBe(503)
  } finally {
    engine.close()
    await service.stop()
  }
})
