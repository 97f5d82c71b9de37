import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { serveSimulator, type ServedSimulator } from '#clients/dolphinscheduler/simulator/serve.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts'
import { ordersDocument } from '#test/support/installation.ts'
import { anyPort } from '#test/support/ports.ts'
import { until } from '../../demo/api-client.ts'
import { startService, type ServiceProcess } from '../../demo/service-process.ts'
import { setUp } from '../../demo/set-up.ts'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'slipway-kill9-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

interface Receiver {
  readonly url: string
  readonly host: string
  /** `webhook-id` or body of every POST that arrived, in order. */
  readonly arrived: string[]
  /** While true, what arrives is not answered. */
  isHolding: boolean
  close(): Promise<void>
}

async function startReceiver(): Promise<Receiver> {
  const arrived: string[] = []
  const server = createServer((request, response) => {
    request.resume()
    request.once('end', () => {
      arrived.push(String(request.headers['webhook-id']))
      if (!receiver.isHolding) response.writeHead(204).end()
    })
  })
  const port = await anyPort()
  await new Promise<void>((done) => {
    server.listen(port, '127.0.0.1', done)
  })
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    arrived,
    isHolding: false,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
  return receiver
}

interface World {
  readonly database: TestDatabase
  readonly engine: ServedSimulator
  readonly receiver: Receiver
  readonly start: () => Promise<ServiceProcess>
}

/** The real process on a real database, against the simulator over a socket. */
async function withWorld(work: (world: World) => Promise<void>): Promise<void> {
  const database = await createTestDatabase()
  const engine = await serveSimulator({ family: '3.1', port: 0 })
  const receiver = await startReceiver()
  const running: ServiceProcess[] = []
  const env = {
    DATABASE_URL: database.url,
    SLIPWAY_KEYS: `k:${randomBytes(32).toString('base64')}`,
    BOOTSTRAP_ORG: 'kill9',
    BOOTSTRAP_ADMIN_TOKEN: 'slp_kill9_admin_token_of_the_test',
    OUTBOUND_ALLOW_HOSTS: receiver.host,
    ENGINE_CALL_TIMEOUT_MS: '1000',
    PUBLISH_LEASE_MS: '3000',
    DELIVERY_LEASE_MS: '1500',
    PUBLISH_POLL_MS: '50',
    START_POLL_MS: '50',
    SYNC_INTERVAL_MS: '200',
    JUDGE_INTERVAL_MS: '50',
    DELIVERY_POLL_MS: '50',
  }
  const start = async (): Promise<ServiceProcess> => {
    const service = await startService({
      port: await anyPort(),
      logPath: join(home, 'service.log'),
      env,
    })
    running.push(service)
    return service
  }
  try {
    await work({ database, engine, receiver, start })
  } finally {
    for (const service of running) await service.stop()
    await receiver.close()
    await engine.stop()
    await database.drop()
  }
}

/** As the kernel would: no handler runs, nothing is closed. */
async function kill9(service: ServiceProcess): Promise<void> {
  process.kill(service.pid, 'SIGKILL')
  await service.ended
}

async function installed({ start, engine, receiver }: World) {
  const service = await start()
  const access = { url: engine.url, uiUrl: engine.url, token: engine.token, tenant: engine.tenant }
  const installation = await setUp({
    serviceUrl: service.url,
    adminToken: 'slp_kill9_admin_token_of_the_test',
    engine: access,
    inboxUrl: receiver.url,
    suffix: '',
  })
  return { service, installation }
}

const POINTS = [
  ['the create', { method: 'POST', path: /process-definition$/ }, 'hang'],
  [
    'the create, when it was applied',
    { method: 'POST', path: /process-definition$/ },
    'lost_answer',
  ],
  ['going online', { method: 'POST', path: /release$/ }, 'hang'],
  ['the schedule’s create', { method: 'POST', path: /schedules$/ }, 'hang'],
  [
    'the schedule’s going online',
    { method: 'POST', path: /schedules\/\d+\/online$/ },
    'lost_answer',
  ],
] as const

test.each(POINTS)(
  'killed with -9 at %s, the next process converges to one definition',
  async (_name, at, kind) => {
    await withWorld(async (world) => {
      const { service, installation } = await installed(world)
      const { author } = installation.as
      await author.post('/workflows', ordersDocument(), z.unknown())
      await author.post('/workflows/daily_orders/versions', { note: '' }, z.unknown())
      world.engine.simulator.control.failNext({ ...at, kind, times: 1 })
      const body = { environment: 'dev', operation: 'deploy', online: true }
      const { plan_digest } = await author.post(
        '/workflows/daily_orders/publications:plan',
        body,
        z.object({ plan_digest: z.string() }),
      )
      const { publication_id: id } = await author.post(
        '/workflows/daily_orders/publications',
        { ...body, plan_digest },
        z.object({ publication_id: z.string() }),
      )
      const journal = () =>
        world.database.db
          .selectFrom('workflow_publish_step')
          .selectAll()
          .where('state', '=', 'started')
          .executeTakeFirst()
      // A lost answer is looked for again within a second.
      await until('the call', async () => ((await journal()) ? true : null), 90_000, 10)

      await kill9(service)
      const heir = await world.start()
      const read = async () => {
        const reply = await fetch(`${heir.url}/api/v1/publications/${id}`, {
          headers: { authorization: `Bearer ${installation.tokens.viewer}` },
        })
        return z.object({ state: z.string() }).parse(await reply.json()).state
      }
      await until(
        'the publication to end',
        async () => ((await read()) === 'succeeded' ? true : null),
        30_000,
      )

      const project = installation.environments[0]?.project_code ?? ''
      const engine = async (path: string) =>
        (
          await fetch(`${world.engine.url}/projects/${project}/${path}`, {
            method: path.endsWith('list') && path.startsWith('schedules') ? 'POST' : 'GET',
            headers: { token: world.engine.token },
          })
        ).json()
      const definitions = z
        .object({ data: z.array(z.looseObject({ code: z.number() })) })
        .parse(await engine('process-definition/simple-list')).data
      const schedules = z
        .object({ data: z.array(z.looseObject({ releaseState: z.string() })) })
        .parse(await engine('schedules/list')).data
      expect([definitions.length, schedules.map((schedule) => schedule.releaseState)]).toEqual([
        1,
        ['ONLINE'],
      ])
    })
  },
)

test('killed with -9 while a message is being sent, none is lost and only that one comes twice, under one id', async () => {
  await withWorld(async (world) => {
    const { service, installation } = await installed(world)
    const { admin } = installation.as
    const channel = await admin.post(
      '/alert-channels',
      { name: 'hook', kind: 'webhook', target: { url: `${world.receiver.url}/hook` } },
      z.object({ channel_id: z.string() }),
    )
    await admin.post('/alert-routes', { channel_id: channel.channel_id }, z.unknown())
    const { org_id } = await world.database.db
      .selectFrom('org')
      .select('org_id')
      .executeTakeFirstOrThrow()
    const at = new Date()
    const alerts = ['a', 'b', 'c'].map((key) => ({
      org_id,
      alert_id: `alr_${key}`,
      dedup_key: key,
      kind: 'test',
      severity: 'info',
      state: 'firing',
      title: key,
      facts: '[]',
      prepare_after: at,
      prepare_attempts: 0,
      created_at: at,
    }))
    await world.database.db
      .deleteFrom('alert_route')
      .where('channel_id', '!=', channel.channel_id)
      .execute()
    world.receiver.isHolding = true
    await world.database.db.insertInto('alert').values(alerts).execute()
    await until('a message to arrive', () =>
      Promise.resolve(world.receiver.arrived.length > 0 ? true : null),
    )

    await kill9(service)
    world.receiver.isHolding = false
    await world.start()
    const sent = () =>
      world.database.db
        .selectFrom('alert_delivery')
        .select('delivery_id')
        .where('state', '=', 'sent')
        .execute()
    await until('all to be sent', async () => ((await sent()).length === 3 ? true : null), 30_000)

    const ids = new Set(world.receiver.arrived)
    expect(ids).toEqual(new Set((await sent()).map((row) => row.delivery_id)))
    expect(world.receiver.arrived).toHaveLength(4)
  })
})
