import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { createTransport } from '#clients/http/transport.ts'
import { startHousekeeping } from '#jobs/housekeeping.ts'
import { createRunner } from '#jobs/runner.ts'
import { bootstrapOrganization } from './access/bootstrap-organization.ts'
import { parseConfig, type Config } from './config.ts'
import { createDatabase } from './db/database.ts'
import { migrateToLatest } from './db/migrate.ts'
import { startPrivateServer } from './db/private-server.ts'
import { serverBinary } from './db/server-binary.ts'
import { watchPrivateServer } from './db/watch-private-server.ts'
import type { Logger } from './lib/log.ts'
import { createSecretBox } from './lib/secrets.ts'
import { systemClock } from './lib/time.ts'
import { listen } from './listen.ts'
import { createLog } from './log.ts'
import { createMetrics } from './metrics.ts'
import { loadSecretKeys } from './secret-keys.ts'
import { wire } from './wire.ts'

/** How soon a database server of ours that has ended is missed. */
const SERVER_LOOK_MS = 1_000

/** Resolves when everything is closed again. */
async function main(config: Config): Promise<void> {
  const log = createLog({ level: config.logLevel })
  const draining = new AbortController()
  const stopping = new AbortController()
  const stopped = new Promise<void>((done) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => done())
  })
  await using closers = new AsyncDisposableStack()
  const { url, isRestarting } = await openServer(config, log, closers)
  const db = closers.adopt(createDatabase({ url, poolSize: config.database.poolSize }), (pool) =>
    pool.destroy(),
  )
  const migrated = await migrateToLatest(db)
  log.info({ event: 'database.migrated', count: migrated.length }, 'the schema is up to date')
  if (config.bootstrap) await bootstrapOrganization({ db, now: systemClock }, config.bootstrap)

  const transport = closers.adopt(createTransport(), (open) => open.close())
  const metrics = createMetrics()
  const owner = randomUUID()
  const { app, jobs } = wire({
    config,
    db,
    log,
    metrics,
    secrets: createSecretBox(await loadSecretKeys(config)),
    engineFetch: transport.fetch,
    signal: stopping.signal,
    owner,
    isDraining: () => draining.signal.aborted,
    isDatabaseRestarting: isRestarting,
  })
  const observeRound = metrics.observeRound.bind(metrics)
  const runner = createRunner(
    { db, log, owner, observeRound, monotonicMs: () => performance.now() },
    jobs,
  )
  const server = await listen(getRequestListener(app.fetch), config)
  runner.start()
  const housekeeping = startHousekeeping({ db, log })
  log.info({ event: 'service.started', ...config.listen }, 'Slipway is up')

  await stopped
  log.info({ event: 'service.stopping' }, 'stopping')
  const forced = setTimeout(() => process.exit(1), config.timers.shutdownMs)
  draining.abort()
  await server.close()
  stopping.abort(new Error('shutting down'))
  await housekeeping.stop()
  await runner.stop()
  clearTimeout(forced)
}

/** The configured server, or one of our own that starts with us and is kept running. */
async function openServer(
  { database }: Config,
  log: Logger,
  closers: AsyncDisposableStack,
): Promise<{ readonly url: string; readonly isRestarting: () => boolean }> {
  if (database.kind === 'url') return { url: database.url, isRestarting: () => false }
  const dir = join(database.home, 'database')
  const server = await startPrivateServer({ dir, binary: await serverBinary(database.mysqldPath) })
  closers.defer(() => server.stop())
  const watch = watchPrivateServer(server, { log, everyMs: SERVER_LOOK_MS })
  closers.defer(() => watch.stop())
  return { url: server.url, isRestarting: watch.isRestarting }
}

try {
  await main(parseConfig(process.env))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
