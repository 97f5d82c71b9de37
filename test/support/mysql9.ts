import { execFile } from 'node:child_process'
import { access, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { ServerBinary } from '#src/db/server-binary.ts'

const run = promisify(execFile)

/**
 * A real MySQL beside the installed system: the newest of Debian unstable, unpacked with its own C
 * library into `cacheDir`, never installed. `MYSQLD9` names a binary to use instead.
 */
export async function mysql9Binary(cacheDir: string): Promise<ServerBinary> {
  const given = process.env['MYSQLD9']
  if (given) return { command: given, args: [], serverArgs: [], kind: 'mysql' }
  const root = join(resolve(cacheDir), 'mysql9')
  if (!(await isThere(join(root, 'usr/sbin/mysqld')))) await unpack(root)
  const lib = join(root, 'usr/lib/x86_64-linux-gnu')
  return {
    command: join(lib, 'ld-linux-x86-64.so.2'),
    args: [
      '--library-path',
      `${lib}:${join(root, 'usr/lib/mysql/private')}`,
      join(root, 'usr/sbin/mysqld'),
    ],
    serverArgs: [
      `--lc-messages-dir=${join(root, 'usr/share/mysql')}`,
      `--character-sets-dir=${join(root, 'usr/share/mysql/charsets')}`,
      `--plugin-dir=${join(root, 'usr/lib/mysql/plugin')}`,
      '--mysqlx=OFF',
      '--secure-file-priv=',
    ],
    kind: 'mysql',
  }
}

async function unpack(root: string): Promise<void> {
  const apt = `${root}.apt`
  const draft = `${root}.unpacking`
  for (const folder of [apt, draft]) await rm(folder, { recursive: true, force: true })
  for (const folder of ['etc', 'lists/partial', 'cache/archives/partial'])
    await mkdir(join(apt, folder), { recursive: true })
  await writeFile(
    join(apt, 'etc/sources.list'),
    `deb [trusted=yes] ${await debianMirror()} sid main\n`,
  )
  const options = [
    `Dir::Etc::sourcelist=${join(apt, 'etc/sources.list')}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${join(apt, 'lists')}`,
    `Dir::Cache=${join(apt, 'cache')}`,
    'Dir::State::status=/dev/null',
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option])
  await aptGet([...options, '-qq', 'update'])
  await aptGet([
    ...options,
    '-qq',
    '-y',
    '--download-only',
    '--no-install-recommends',
    'install',
    'mysql-server-core',
    'mysql-client-core',
  ])
  await mkdir(draft, { recursive: true })
  const archives = join(apt, 'cache/archives')
  for (const file of await readdir(archives))
    if (file.endsWith('.deb')) await run('dpkg', ['-x', join(archives, file), draft])
  await rm(root, { recursive: true, force: true })
  await rename(draft, root)
  await rm(apt, { recursive: true, force: true })
}

async function aptGet(args: readonly string[]): Promise<void> {
  await run('apt-get', [...args], { maxBuffer: 10_000_000 }).catch((cause: unknown) => {
    throw new Error(
      'MySQL 9 could not be fetched with apt-get; set MYSQLD9=/path/to/mysqld or TEST_DATABASE_URL',
      { cause },
    )
  })
}

/** The mirror that the machine itself uses. */
async function debianMirror(): Promise<string> {
  const folder = '/etc/apt/sources.list.d'
  const files = [
    '/etc/apt/sources.list',
    ...(await readdir(folder).catch(() => [])).map((name) => join(folder, name)),
  ]
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '')
    const found = /https?:\/\/\S+\/debian\/?(?=\s|$)/m.exec(text)
    if (found) return found[0]
  }
  throw new Error(
    'no Debian mirror is configured here, so MySQL 9 cannot be fetched; set MYSQLD9=/path/to/mysqld or TEST_DATABASE_URL',
  )
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
