import { execFile } from 'node:child_process'
import { access, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { ServerBinary } from '#src/db/server-binary.ts'
import { debianSource } from './debian-source.ts'

const run = promisify(execFile)
const OTHERWISE = 'set MYSQLD9=/path/to/mysqld, or TEST_MYSQL9_URL to a MySQL 9 that runs'
/** Debian's names for an architecture: of its folder and of its loader. */
const PLATFORMS: Readonly<Record<string, { readonly folder: string; readonly loader: string }>> = {
  x64: { folder: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { folder: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
}

/**
 * A real MySQL beside the installed system: the newest of Debian unstable, unpacked with its own C
 * library into `cacheDir`, never installed. `MYSQLD9` names a binary to use instead.
 */
export async function mysql9Binary(cacheDir: string): Promise<ServerBinary> {
  const given = process.env['MYSQLD9']
  if (given) {
    if (!(await isThere(given))) throw new Error(`MYSQLD9=${given} is no file`)
    return { command: given, args: [], serverArgs: [], kind: 'mysql' }
  }
  const platform = PLATFORMS[process.arch]
  if (!platform)
    throw new Error(`MySQL 9 is fetched for x64 and arm64, not ${process.arch}: ${OTHERWISE}`)
  const root = join(resolve(cacheDir), 'mysql9')
  if (!(await isThere(join(root, 'usr/sbin/mysqld')))) await unpack(resolve(cacheDir), root)
  const lib = join(root, 'usr/lib', platform.folder)
  const libraries = `${lib}:${join(root, 'usr/lib/mysql/private')}`
  return {
    command: join(lib, platform.loader),
    args: ['--library-path', libraries, join(root, 'usr/sbin/mysqld')],
    serverArgs: [
      `--lc-messages-dir=${join(root, 'usr/share/mysql')}`,
      `--character-sets-dir=${join(root, 'usr/share/mysql/charsets')}`,
      `--plugin-dir=${join(root, 'usr/lib/mysql/plugin')}`,
    ],
    kind: 'mysql',
  }
}

/** Made aside and renamed, so that half of it is never used. */
async function unpack(cacheDir: string, root: string): Promise<void> {
  await mkdir(cacheDir, { recursive: true })
  const work = await mkdtemp(join(cacheDir, 'mysql9-unpacking-'))
  try {
    const archives = await download(join(work, 'apt'))
    const draft = join(work, 'root')
    await mkdir(draft)
    for (const archive of archives) await run('dpkg', ['-x', archive, draft])
    await rm(root, { recursive: true, force: true })
    await rename(draft, root)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`MySQL 9 could not be fetched: ${OTHERWISE}\n${why}`, { cause })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** An apt of its own, with nothing installed: so it fetches every library that the server needs. */
async function download(apt: string): Promise<readonly string[]> {
  for (const folder of ['lists/partial', 'cache/archives/partial'])
    await mkdir(join(apt, folder), { recursive: true })
  const sourceList = join(apt, 'sources.list')
  await writeFile(sourceList, await debianSource('sid'))
  const options = [
    `Dir::Etc::sourcelist=${sourceList}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${join(apt, 'lists')}`,
    `Dir::Cache=${join(apt, 'cache')}`,
    'Dir::State::status=/dev/null',
    'APT::Sandbox::User=root',
    'APT::Update::Error-Mode=any',
  ].flatMap((option) => ['-o', option])
  const aptGet = (...args: readonly string[]) =>
    run('apt-get', [...options, '-qq', ...args], { maxBuffer: 10_000_000 })
  await aptGet('update')
  await aptGet('-y', '--download-only', '--no-install-recommends', 'install', 'mysql-server-core')
  const archives = join(apt, 'cache/archives')
  const files = await readdir(archives)
  return files.filter((file) => file.endsWith('.deb')).map((file) => join(archives, file))
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
