import { execFile, spawn } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** How to run a server: some need their own loader in front, and its arguments. */
export interface ServerBinary {
  readonly command: string
  readonly args: readonly string[]
  /** Where its messages, character sets and plugins lie, when not at the usual place. */
  readonly serverArgs: readonly string[]
  readonly kind: 'mariadb' | 'mysql'
}

const NAMES = ['mariadbd', 'mysqld']
const FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/libexec',
  '/opt/homebrew/bin',
  '/usr/local/bin',
  '/usr/bin',
]

/** @throws Error that says how to get one */
export async function serverBinary(mysqldPath?: string | null): Promise<ServerBinary> {
  const candidates = mysqldPath
    ? [mysqldPath]
    : FOLDERS.flatMap((folder) => NAMES.map((name) => join(folder, name)))
  for (const command of candidates) {
    if (await isThere(command))
      return { command, args: [], serverArgs: [], kind: await kindOf(command) }
  }
  throw new Error(
    mysqldPath
      ? `MYSQLD=${mysqldPath} is no file`
      : 'no MariaDB or MySQL server was found: apt-get install mariadb-server-core, or set DATABASE_URL, or MYSQLD=/path/to/mysqld',
  )
}

async function kindOf(command: string): Promise<ServerBinary['kind']> {
  const { stdout } = await promisify(execFile)(command, ['--no-defaults', '--version'])
  return /mariadb/i.test(stdout) ? 'mariadb' : 'mysql'
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Makes the system tables in an empty folder. */
export async function initialiseDataDir(binary: ServerBinary, dataDir: string): Promise<void> {
  const args = [
    ...binary.args,
    '--no-defaults',
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    `--datadir=${dataDir}`,
    ...binary.serverArgs,
  ]
  if (binary.kind === 'mysql') return run(binary.command, [...args, '--initialize-insecure'], '')
  // The server package has no mariadb-install-db that works alone, so its SQL is fed directly.
  return run(
    binary.command,
    [...args, '--bootstrap', '--skip-log-bin'],
    `CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\n${await systemTables(binary.command)}`,
  )
}

async function systemTables(command: string): Promise<string> {
  const prefix = resolve(dirname(command), '..')
  const shares = [join(prefix, 'share'), '/usr/share'].flatMap((share) => [
    join(share, 'mysql'),
    join(share, 'mariadb'),
    share,
  ])
  for (const share of shares) {
    for (const name of ['mariadb', 'mysql']) {
      const tables = join(share, `${name}_system_tables.sql`)
      if (await isThere(tables))
        return `${await readFile(tables, 'utf8')}\n${await readFile(join(share, `${name}_system_tables_data.sql`), 'utf8')}`
    }
  }
  throw new Error(`the system tables that belong to ${command} were not found`)
}

function run(command: string, args: readonly string[], input: string): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe'] })
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => {
      errors = `${errors}${chunk.toString()}`.slice(-4000)
    })
    child.once('error', fail)
    child.once('exit', (code) =>
      code === 0
        ? done()
        : fail(new Error(`${command} could not make its data folder:\n${errors}`)),
    )
    child.stdin.end(input)
  })
}
