import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { startEngine, type DemoEngine } from './engine.ts'
import { startInbox, type Inbox } from './inbox.ts'
import { claimHome, type DemoHome } from './home.ts'
import { servicePidFile } from './leftovers.ts'
import { parseOptions, USAGE, type DemoOptions } from './options.ts'
import { approvedPublish, authorStory } from './publish-story.ts'
import { removeProjects } from './remove-projects.ts'
import { failureStory, rollbackStory, successStory } from './run-story.ts'
import { createSay } from './say.ts'
import { freePort, startService, type ServiceProcess } from './service-process.ts'
import { setUp, type Installation } from './set-up.ts'

const write = (line: string): void => void process.stdout.write(`${line}\n`)
/** What a shell says of a program that Ctrl-C has ended. */
const INTERRUPTED = 130
const root = resolve(import.meta.dirname, '..')

async function main(options: DemoOptions): Promise<void> {
  const closing: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    while (closing.length > 0) await closing.pop()?.()
  }
  try {
    const home = await claimHome(join(root, '.slipway'))
    const file = relative(root, home.file)
    if (home.isBeside) write(`Another demo is up here; this one keeps to itself, in ${file}`)
    const inbox = await startInbox()
    closing.push(() => inbox.close())
    const engine = await startEngine(options.engine, join(root, '.slipway'), write)
    closing.push(() => engine.stop())
    const adminToken = `slp_${randomBytes(32).toString('base64url')}`
    const port = await freePort(options.port)
    if (port !== options.port) write(`Port ${options.port} is busy, so it takes ${port}`)
    const service = await startService({
      port,
      logPath: join(home.folder, 'service.log'),
      env: serviceEnv(home, adminToken, inbox.host),
    })
    closing.push(() => service.stop())
    await writeFile(servicePidFile(home.folder), String(service.pid))
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
    const interrupted = untilInterrupted()
    // What it names ends with the demo, and its tokens are nobody's any more.
    closing.push(() => rm(home.file, { force: true }))
    await writeDemoFile(home, { service, engine, installation, inboxUrl: inbox.url })
    const isTold = await Promise.race([tellStory(installation, inbox), interrupted])
    if (!isTold) process.exitCode = INTERRUPTED
    else if (!options.isExit) await stayUp(service, { file, interrupted })
  } finally {
    await close()
  }
}

function serviceEnv(
  home: DemoHome,
  adminToken: string,
  inboxHost: string,
): Readonly<Record<string, string>> {
  return {
    SLIPWAY_HOME: home.folder,
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

async function writeDemoFile(
  home: DemoHome,
  demo: {
    readonly service: ServiceProcess
    readonly engine: DemoEngine
    readonly installation: Installation
    readonly inboxUrl: string
  },
): Promise<void> {
  const file = {
    url: demo.service.url,
    tokens: demo.installation.tokens,
    environments: demo.installation.environments,
    engine_url: demo.engine.url,
    ...(demo.engine.isOwn ? {} : { engine_token: demo.engine.token }),
    alert_inbox_url: demo.inboxUrl,
  }
  await writeFile(home.file, `${JSON.stringify(file, null, 2)}\n`, {
    mode: 0o600,
  })
}

/** True: every step of it held. */
async function tellStory(installation: Installation, inbox: Inbox): Promise<true> {
  const say = createSay(write)
  await authorStory(say, installation)
  await approvedPublish(say, installation, { version: 2, note: 'checks before loading' })
  await successStory(say, installation)
  await failureStory(say, installation, inbox)
  await rollbackStory(say, installation)
  write('Every step held.')
  return true
}

/** From here on a signal ends the demo in order. */
function untilInterrupted(): Promise<false> {
  return new Promise((done) => {
    process.once('SIGINT', () => done(false))
    process.once('SIGTERM', () => done(false))
  })
}

async function stayUp(
  service: ServiceProcess,
  { file, interrupted }: { readonly file: string; readonly interrupted: Promise<false> },
): Promise<void> {
  write(`It stays up until Ctrl-C. Addresses and tokens: ${file}`)
  await Promise.race([interrupted, service.ended])
  write('It ends: the service, its database and the inbox.')
}

async function run(): Promise<void> {
  const options = parseOptions(process.argv.slice(2))
  if (options === null) write(USAGE)
  else await main(options)
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
