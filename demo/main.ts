import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { startEngine, type DemoEngine } from './engine.ts'
import { startInbox } from './inbox.ts'
import { servicePidFile, stopLeftovers } from './leftovers.ts'
import { parseOptions, type DemoOptions } from './options.ts'
import { approvedPublish, authorStory } from './publish-story.ts'
import { removeProjects } from './remove-projects.ts'
import { failureStory, rollbackStory, successStory } from './run-story.ts'
import { createSay } from './say.ts'
import { freePort, startService, type ServiceProcess } from './service-process.ts'
import { setUp, type Installation } from './set-up.ts'

const write = (line: string): void => void process.stdout.write(`${line}\n`)
const root = resolve(import.meta.dirname, '..')
/** Everything of the demo lives here and is thrown away at its next start. */
const home = join(root, '.slipway', 'demo')

async function main(options: DemoOptions): Promise<void> {
  const closing: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    while (closing.length > 0) await closing.pop()?.()
  }
  try {
    await stopLeftovers(home)
    await rm(home, { recursive: true, force: true })
    await mkdir(home, { recursive: true })
    const inbox = await startInbox()
    closing.push(() => inbox.close())
    const engine = await startEngine(options.engine, join(root, '.slipway'), write)
    closing.push(() => engine.stop())
    const adminToken = `slp_${randomBytes(32).toString('base64url')}`
    const service = await startService({
      port: await freePort(options.port),
      logPath: join(home, 'service.log'),
      env: serviceEnv(adminToken, inbox.host),
    })
    closing.push(() => service.stop())
    await writeFile(servicePidFile(home), String(service.pid))
    write(
      `Slipway runs at ${service.url} (docs: ${service.url}/docs), its engine is ${engine.name}`,
    )
    const suffix = options.engine.kind === 'url' ? `-${randomBytes(4).toString('hex')}` : ''
    const installation = await setUp({
      serviceUrl: service.url,
      adminToken,
      engine,
      inboxUrl: inbox.url,
      suffix,
    })
    if (options.isExit && options.engine.kind === 'url')
      closing.push(() => removeProjects(engine, installation))
    await writeDemoFile({ service, engine, installation, inboxUrl: inbox.url })
    const say = createSay(write)
    await authorStory(say, installation)
    await approvedPublish(say, installation, { version: 2, note: 'checks before loading' })
    await successStory(say, installation)
    await failureStory(say, installation, inbox)
    await rollbackStory(say, installation)
    write('Every step held.')
    if (!options.isExit) await stayUp(service)
  } finally {
    await close()
  }
}

function serviceEnv(adminToken: string, inboxHost: string): Readonly<Record<string, string>> {
  return {
    SLIPWAY_HOME: home,
    // Whatever the shell says: the demo starts empty, on a database of its own.
    DATABASE_URL: '',
    BOOTSTRAP_ORG: 'demo',
    BOOTSTRAP_ADMIN_TOKEN: adminToken,
    OUTBOUND_ALLOW_HOSTS: inboxHost,
    SYNC_INTERVAL_MS: '500',
    PUBLISH_POLL_MS: '200',
    START_POLL_MS: '200',
    JUDGE_INTERVAL_MS: '200',
    DELIVERY_POLL_MS: '200',
  }
}

async function writeDemoFile(demo: {
  readonly service: ServiceProcess
  readonly engine: DemoEngine
  readonly installation: Installation
  readonly inboxUrl: string
}): Promise<void> {
  const file = {
    url: demo.service.url,
    tokens: demo.installation.tokens,
    environments: demo.installation.environments,
    engine_url: demo.engine.url,
    alert_inbox_url: demo.inboxUrl,
  }
  await writeFile(join(root, '.slipway', 'demo.json'), `${JSON.stringify(file, null, 2)}\n`, {
    mode: 0o600,
  })
}

async function stayUp(service: ServiceProcess): Promise<void> {
  write(`It stays up until Ctrl-C. Addresses and tokens: .slipway/demo.json`)
  const interrupted = new Promise<void>((done) => {
    process.once('SIGINT', () => done())
    process.once('SIGTERM', () => done())
  })
  await Promise.race([interrupted, service.ended])
}

main(parseOptions(process.argv.slice(2))).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
