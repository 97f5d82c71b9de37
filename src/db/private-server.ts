import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { makeDataDir } from './private-server-data.ts'
import {
  dataDirArgument,
  findRunning,
  launch,
  readNote,
  type Running,
} from './private-server-process.ts'
import { runsWith, stopProcess } from './process-by-id.ts'
import { serverBinary, type ServerBinary } from './server-binary.ts'
import { addUser, hasUsers, removeUser } from './server-users.ts'
import { withStartLock } from './start-lock.ts'

export interface PrivateServerOptions {
  readonly dir: string
  /** Missing: looked for on the machine. */
  readonly binary?: ServerBinary
  /** Nothing has to survive a power cut: for tests. */
  readonly isThrowaway?: boolean
}

export interface PrivateServer {
  /** With a database named `slipway`. */
  readonly url: string
  readonly pid: number
  isRunning(): Promise<boolean>
  /** Starts it again at the same address, unless somebody else has. */
  restart(): Promise<void>
  /** Ends the server unless something else on the same folder still uses it. */
  stop(): Promise<void>
}

/** `loose`: MariaDB and MySQL name the size of the redo log differently and ignore the other's name. */
const THROWAWAY = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=0',
  '--loose-innodb-log-file-size=32M',
  '--loose-innodb-redo-log-capacity=32M',
]
/** The X protocol would listen on all addresses; the folder for files need not exist. */
const MYSQL_ONLY = ['--mysqlx=OFF', '--secure-file-priv=NULL']

/**
 * A database server of our own, on loopback, in a folder of ours. It outlives a killed service: the
 * next start adopts it, and a second process on the same folder connects to it.
 */
export async function startPrivateServer(options: PrivateServerOptions): Promise<PrivateServer> {
  const dir = resolve(options.dir)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const { running, user } = await withStartLock(dir, async () => ({
    running: (await findRunning(dir)) ?? (await start(dir, options)),
    user: await addUser(dir),
  }))
  const url = urlOf(running)
  let { pid } = running
  return {
    url,
    pid,
    isRunning: () => runsWith(pid, dataDirArgument(dir)),
    restart: async () => {
      const next = await withStartLock(
        dir,
        async () => (await findRunning(dir)) ?? (await start(dir, options)),
      )
      pid = next.pid
      if (urlOf(next) !== url)
        throw new Error('the private database server came back at another address: start again')
    },
    stop: async () => {
      await removeUser(dir, user)
      await stopUnusedServer(dir)
    },
  }
}

function urlOf({ password, port }: Running): string {
  return `mysql://slipway:${password}@127.0.0.1:${port}/slipway`
}

/** Killed processes leave their server behind. True when none runs there any more. */
export async function stopUnusedServer(dir: string): Promise<boolean> {
  return withStartLock(dir, async () => {
    if (await hasUsers(dir)) return false
    const running = await findRunning(dir)
    if (running) await stopProcess(running.pid)
    await rm(join(dir, 'server.json'), { force: true })
    return true
  })
}

async function start(dir: string, options: PrivateServerOptions): Promise<Running> {
  const binary = options.binary ?? (await serverBinary())
  const tmpDir = join(dir, 'tmp')
  await mkdir(tmpDir, { recursive: true, mode: 0o700 })
  const common = [
    ...binary.args,
    '--no-defaults',
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    ...binary.serverArgs,
    '--skip-log-bin',
    // A MariaDB that starts deletes what lies in it: two of one folder break each other's queries.
    `--tmpdir=${tmpDir}`,
    ...(binary.kind === 'mysql' ? MYSQL_ONLY : []),
    ...(options.isThrowaway === true ? THROWAWAY : []),
  ]
  await makeDataDir({ dir, binary, args: common })
  // What has not been stopped in order is somebody's still: it comes back at its address.
  const last = await readNote(dir)
  const password = last?.password ?? randomBytes(18).toString('base64url')
  const initFile = join(dir, 'init.sql')
  await writeFile(initFile, initSql(password), { mode: 0o600 })
  const args = [
    ...common,
    dataDirArgument(dir),
    '--bind-address=127.0.0.1',
    // Relative to the data folder: a socket's path may not be long.
    '--socket=s.sock',
    '--pid-file=server.pid',
    `--init-file=${initFile}`,
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_bin',
    '--skip-name-resolve',
    '--performance-schema=OFF',
    '--max-connections=500',
  ]
  return launch({ dir, command: binary.command, args, password, lastPort: last?.port })
}

/** One statement a line. MySQL's own root has no password. */
function initSql(password: string): string {
  return [
    'CREATE DATABASE IF NOT EXISTS slipway CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;',
    `CREATE USER IF NOT EXISTS 'slipway'@'127.0.0.1';`,
    `ALTER USER 'slipway'@'127.0.0.1' IDENTIFIED BY '${password}';`,
    `GRANT ALL ON *.* TO 'slipway'@'127.0.0.1' WITH GRANT OPTION;`,
    `DROP USER IF EXISTS 'root'@'localhost';`,
    '',
  ].join('\n')
}
