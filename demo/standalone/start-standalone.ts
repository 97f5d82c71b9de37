import { execFile, spawn } from 'node:child_process'
import { cp, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { isAlive, stopProcess } from '#src/db/process-by-id.ts'
import { sleep } from '#src/lib/time.ts'

export interface Standalone {
  /** With the context path. */
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

export const VERSION = '3.1.1'
const START_TIMEOUT_MS = 240_000
const HEALTHY_EVERY_MS = 300
/** The server is of the Java 8 age and reflects into the JDK. */
const OPENS = ['java.lang', 'java.util', 'java.net', 'java.io', 'java.util.concurrent'].flatMap(
  (name) => ['--add-opens', `java.base/${name}=ALL-UNNAMED`],
)

/**
 * A real DolphinScheduler in one JVM: API, master, worker, alert, ZooKeeper and H2 in memory. `dir`
 * keeps its artifacts from one start to the next; data and logs are new each time.
 */
export async function startStandalone({
  dir,
  log,
}: {
  readonly dir: string
  readonly log: (line: string) => void
}): Promise<Standalone> {
  const artifacts = resolve(dir)
  await assertTools()
  await collect(artifacts, log)
  const port = await freePorts()
  const home = join(artifacts, `run-${port}`)
  await layOut(artifacts, home, port)
  const java = await startJava(artifacts, home, port)
  const url = `http://127.0.0.1:${port}/dolphinscheduler`
  await waitUntilHealthy(url, java, home)
  return {
    url,
    pid: java,
    async stop() {
      await stopProcess(java)
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function assertTools(): Promise<void> {
  for (const [command, args, what] of [
    ['java', ['-version'], 'a JDK (Debian and Ubuntu: apt-get install openjdk-17-jdk-headless)'],
    ['mvn', ['-version'], 'Maven (Debian and Ubuntu: apt-get install maven)'],
  ] as const) {
    await promisify(execFile)(command, args).catch((cause: unknown) => {
      throw new Error(`a real DolphinScheduler needs ${what}`, { cause })
    })
  }
}

/** Jars and DDL from published artifacts; made aside and renamed, so that half of it is never used. */
async function collect(dir: string, log: (line: string) => void): Promise<void> {
  const isThere = await readFile(join(dir, 'collected', 'ready')).then(
    () => true,
    () => false,
  )
  if (isThere) return
  const draft = join(dir, 'collecting')
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  log(`collecting DolphinScheduler ${VERSION} with Maven into ${dir}`)
  const pom = join(import.meta.dirname, 'pom.xml')
  await promisify(execFile)(
    'mvn',
    [
      '-B',
      '-ntp',
      '-q',
      '-f',
      pom,
      `-Dds.version=${VERSION}`,
      `-Dout=${draft}`,
      'process-resources',
    ],
    { maxBuffer: 50_000_000 },
  ).catch((cause: unknown) => {
    throw new Error(`Maven could not collect DolphinScheduler ${VERSION}: ${outputOf(cause)}`, {
      cause,
    })
  })
  await writeFile(join(draft, 'ready'), '')
  await rm(join(dir, 'collected'), { recursive: true, force: true })
  await rename(draft, join(dir, 'collected'))
}

function outputOf(cause: unknown): string {
  const text = cause instanceof Error && 'stdout' in cause ? String(cause.stdout) : String(cause)
  return text.split('\n').slice(-15).join('\n')
}

/** REST on the port, then master, worker and alert on the three after it. */
async function layOut(artifacts: string, home: string, port: number): Promise<void> {
  const conf = join(home, 'conf')
  await mkdir(join(home, 'logs'), { recursive: true })
  await mkdir(join(home, 'data'), { recursive: true })
  await cp(join(artifacts, 'collected', 'ddl', 'sql'), join(conf, 'sql'), { recursive: true })
  await cp(join(import.meta.dirname, 'conf'), conf, { recursive: true })
  const properties = await readFile(join(conf, 'common.properties.in'), 'utf8')
  const text = properties
    .replaceAll('@TARGET@', home)
    .replace(/^alert\.rpc\.port=.*/m, `alert.rpc.port=${port + 3}`)
  await writeFile(join(conf, 'common.properties'), text)
}

async function startJava(artifacts: string, home: string, port: number): Promise<number> {
  const log = await open(join(home, 'logs', 'standalone.log'), 'a')
  const child = spawn(
    'java',
    [
      '-Xms512m',
      '-Xmx1500m',
      '-XX:+UseSerialGC',
      ...OPENS,
      '-Duser.timezone=UTC',
      '-cp',
      `conf:${join(artifacts, 'collected', 'lib')}/*`,
      'org.apache.dolphinscheduler.StandaloneServer',
    ],
    {
      cwd: home,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: {
        ...process.env,
        TZ: 'UTC',
        DS_PORT: String(port),
        DS_MASTER_PORT: String(port + 1),
        DS_WORKER_PORT: String(port + 2),
        DS_ALERT_PORT: String(port + 3),
        DS_LOG_DIR: join(home, 'logs'),
      },
    },
  )
  await log.close()
  child.unref()
  return child.pid ?? 0
}

async function waitUntilHealthy(url: string, pid: number, home: string): Promise<void> {
  for (
    let waitedMs = 0;
    waitedMs < START_TIMEOUT_MS && isAlive(pid);
    waitedMs += HEALTHY_EVERY_MS
  ) {
    const reply = await fetch(`${url}/actuator/health`, {
      signal: AbortSignal.timeout(2_000),
    }).catch(() => null)
    if (reply?.status === 200) return
    await sleep(HEALTHY_EVERY_MS)
  }
  const text = await readFile(join(home, 'logs', 'standalone.log'), 'utf8')
  await stopProcess(pid)
  throw new Error(
    `DolphinScheduler ${VERSION} did not start:\n${text.split('\n').slice(-30).join('\n')}`,
  )
}

/** Four in a row. */
async function freePorts(): Promise<number> {
  for (let port = 24_000 + (process.pid % 1_000) * 4; port < 60_000; port += 4) {
    const free = await Promise.all([0, 1, 2, 3].map((offset) => isFree(port + offset)))
    if (free.every(Boolean)) return port
  }
  throw new Error('no four free ports in a row')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)))
  })
}
