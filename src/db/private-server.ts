import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { sleep } from '../lib/time.ts'
import { isAlive, runsOn, stopProcess } from './process-by-id.ts'
import { initialiseDataDir, serverBinary, type ServerBinary } from './server-binary.ts'
import { addUser, removeUser, withStartLock } from './server-users.ts'

export interface PrivateServerOptions {
  readonly dir: string
  /** Missing: looked for on the machine. */
  readonly binary?: ServerBinary
  /** Nothing has to survive a power cut: for tests and the demo. */
  readonly isThrowaway?: boolean
}

export interface PrivateServer {
  /** With a database named `slipway`. */
  readonly url: string
  readonly pid: number
  /** Ends the server unless another process on the same folder still uses it. */
  stop(): Promise<void>
}

const Running = z.object({ pid: z.int(), port: z.int(), password: z.string() })
type Running = z.output<typeof Running>

const START_TIMEOUT_MS = 60_000
const THROWAWAY = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=0',
  '--sync-binlog=0',
]

/**
 * A database server of our own, on loopback, in a folder of ours. It outlives a killed service: the
 * next start adopts it by the pid file, and a second process on the same folder connects to it.
 */
export async function startPrivateServer(options: PrivateServerOptions): Promise<PrivateServer> {
  const dir = resolve(options.dir)
  await mkdir(dir, { recursive: true })
  const running = await withStartLock(dir, async () => {
    const found = await findRunning(dir)
    const server = found ?? (await start(dir, options))
    await addUser(dir)
    return server
  })
  return {
    url: `mysql://slipway:${running.password}@127.0.0.1:${running.port}/slipway`,
    pid: running.pid,
    stop: () =>
      withStartLock(dir, async () => {
        if (await removeUser(dir)) return
        await stopProcess(running.pid)
        await rm(join(dir, 'server.json'), { force: true })
      }),
  }
}

async function findRunning(dir: string): Promise<Running | null> {
  const text = await readFile(join(dir, 'server.json'), 'utf8').catch(() => null)
  const parsed = text === null ? null : Running.safeParse(JSON.parse(text))
  if (!parsed?.success || !(await runsOn(parsed.data.pid, join(dir, 'data')))) return null
  return parsed.data
}

async function start(dir: string, options: PrivateServerOptions): Promise<Running> {
  const binary = options.binary ?? (await serverBinary())
  await makeDataDir(dir, binary)
  const password = randomBytes(18).toString('base64url')
  const port = await freePort()
  const initFile = join(dir, 'init.sql')
  await writeFile(initFile, initSql(password), { mode: 0o600 })
  const log = await open(join(dir, 'server.log'), 'a')
  const args = [
    ...binary.args,
    '--no-defaults',
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    `--datadir=${join(dir, 'data')}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    `--socket=${join(dir, 's.sock')}`,
    `--pid-file=${join(dir, 'server.pid')}`,
    `--init-file=${initFile}`,
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_bin',
    '--skip-log-bin',
    '--skip-name-resolve',
    '--performance-schema=OFF',
    ...binary.serverArgs,
    ...(options.isThrowaway === true ? THROWAWAY : []),
  ]
  const child = spawn(binary.command, args, { detached: true, stdio: ['ignore', log.fd, log.fd] })
  await log.close()
  child.unref()
  const running = { pid: child.pid ?? 0, port, password }
  await writeFile(join(dir, 'server.json'), JSON.stringify(running), { mode: 0o600 })
  await waitUntilReady(running, dir)
  return running
}

/** Made aside and renamed, so that a half-made folder is never taken for a whole one. */
async function makeDataDir(dir: string, binary: ServerBinary): Promise<void> {
  const data = join(dir, 'data')
  const isMade = await readFile(join(data, 'slipway-made')).then(
    () => true,
    () => false,
  )
  if (isMade) return
  const draft = join(dir, 'data.making')
  await rm(draft, { recursive: true, force: true })
  await rm(data, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  await initialiseDataDir(binary, draft)
  await writeFile(join(draft, 'slipway-made'), '')
  await rename(draft, data)
}

function initSql(password: string): string {
  return [
    'CREATE DATABASE IF NOT EXISTS slipway CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;',
    `CREATE USER IF NOT EXISTS 'slipway'@'%';`,
    `ALTER USER 'slipway'@'%' IDENTIFIED BY '${password}';`,
    `GRANT ALL ON *.* TO 'slipway'@'%' WITH GRANT OPTION;`,
    '',
  ].join('\n')
}

async function waitUntilReady({ pid, port, password }: Running, dir: string): Promise<void> {
  const { createConnection } = await import('mysql2/promise')
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += 50) {
    const connection = await createConnection({
      host: '127.0.0.1',
      port,
      user: 'slipway',
      password,
      database: 'slipway',
    }).catch(() => null)
    if (connection) return connection.end()
    if (!isAlive(pid)) break
    await sleep(50)
  }
  const log = await readFile(join(dir, 'server.log'), 'utf8')
  throw new Error(
    `the private database server did not start:\n${log.split('\n').slice(-15).join('\n')}`,
  )
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
