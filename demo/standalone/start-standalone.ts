import { spawn } from 'node:child_process'
import { open, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isAlive, stopProcess } from '#src/db/process-by-id.ts'
import { must } from '#src/lib/must.ts'
import { sleep } from '#src/lib/time.ts'
import { collectArtifacts, VERSION } from './collect-artifacts.ts'
import { freePortsInRow } from './free-ports.ts'
import { layOutHome, noteServer, removeAbandoned } from './home.ts'
import { ADMIN_LOGIN } from './prepare-standalone.ts'

export interface Standalone {
  /** With the context path. */
  readonly url: string
  readonly pid: number
  readonly adminLogin: typeof ADMIN_LOGIN
  stop(): Promise<void>
}

const START_TIMEOUT_MS = 240_000
const POLL_MS = 300
/** The server is of the Java 8 age and reflects into the JDK. */
const OPENS = ['java.lang', 'java.util', 'java.net', 'java.io', 'java.util.concurrent'].flatMap(
  (name) => ['--add-opens', `java.base/${name}=ALL-UNNAMED`],
)

/**
 * A real DolphinScheduler in one JVM: API, master, worker, alert, ZooKeeper and H2 in memory. `dir`
 * keeps its artifacts from one start to the next; data and logs are new each time.
 */
export async function startStandalone(input: {
  readonly dir: string
  readonly log: (line: string) => void
  /** REST; master, worker and alert take the three after it. Missing: free ones. */
  readonly port?: number
}): Promise<Standalone> {
  const dir = resolve(input.dir)
  const collected = await collectArtifacts(dir, input.log)
  await removeAbandoned(dir)
  const port = input.port ?? (await freePortsInRow(4))
  const home = await layOutHome(dir, collected, port)
  const url = `http://127.0.0.1:${port}/dolphinscheduler`
  input.log(`starting DolphinScheduler ${VERSION} at ${url}`)
  const pid = await spawnJava(home, collected, port)
  await noteServer(home, pid)
  try {
    await waitUntilHealthy(url, pid, home)
  } catch (error) {
    await stopProcess(pid)
    throw error
  }
  return {
    url,
    pid,
    adminLogin: ADMIN_LOGIN,
    async stop() {
      await stopProcess(pid)
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function spawnJava(home: string, collected: string, port: number): Promise<number> {
  const log = await open(join(home, 'logs', 'standalone.log'), 'a')
  const memory = ['-Xms512m', '-Xmx1500m', '-XX:+UseSerialGC', '-Duser.timezone=UTC']
  const classPath = ['-cp', `conf:${join(collected, 'lib')}/*`]
  const env = {
    ...process.env,
    TZ: 'UTC',
    DS_PORT: String(port),
    DS_MASTER_PORT: String(port + 1),
    DS_WORKER_PORT: String(port + 2),
    DS_ALERT_PORT: String(port + 3),
    DS_LOG_DIR: join(home, 'logs'),
  }
  try {
    const child = spawn(
      'java',
      [...memory, ...OPENS, ...classPath, 'org.apache.dolphinscheduler.StandaloneServer'],
      { cwd: home, detached: true, stdio: ['ignore', log.fd, log.fd], env },
    )
    await new Promise<void>((done, fail) => {
      child.once('spawn', done)
      child.once('error', fail)
    })
    child.unref()
    return must(child.pid, 'a spawned process has an id')
  } finally {
    await log.close()
  }
}

/** A start that failed may leave a JVM that lives on: its log tells. */
async function waitUntilHealthy(url: string, pid: number, home: string): Promise<void> {
  const logPath = join(home, 'logs', 'standalone.log')
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += POLL_MS) {
    const reply = await fetch(`${url}/actuator/health`, {
      signal: AbortSignal.timeout(2_000),
    }).catch(() => null)
    if (reply?.status === 200) return
    const hasFailed = (await readFile(logPath, 'utf8')).includes('Application run failed')
    if (hasFailed || !(await isAlive(pid))) break
    await sleep(POLL_MS)
  }
  const tail = (await readFile(logPath, 'utf8')).trimEnd().split('\n').slice(-30).join('\n')
  throw new Error(`DolphinScheduler ${VERSION} did not start (its log: ${logPath}):\n${tail}`)
}
