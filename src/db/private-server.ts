import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { makeDataDir } from './private-server-data.ts'
import { dataDirArgument, findRunning, launch, type Running } from './private-server-process.ts'
import { stopProcess } from './process-by-id.ts'
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
  return {
    url: `mysql://slipway:${running.password}@127.0.0.1:${running.port}/slipway`,
    pid: running.pid,
    stop: async () => {
      await removeUser(dir, user)
      await stopUnusedServer(dir)
    },
  }
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
  const common = [
    ...binary.args,
    '--no-defaults',
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    ...binary.serverArgs,
    '--skip-log-bin',
    ...(binary.kind === 'mysql' ? MYSQL_ONLY : []),
    ...(options.isThrowaway === true ? THROWAWAY : []),
  ]
  await makeDataDir({ dir, binary, args: common })
  const password = randomBytes(18).toString('base64url')
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
  return launch({ dir, command: binary.command, args, password })
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
