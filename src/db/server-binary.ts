import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
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

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
