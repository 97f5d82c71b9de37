// Runs before anything is installed: plain JavaScript for Node 18 and up.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
export const node = join(root, 'node_modules', '.bin', 'node')
const stamp = join(root, 'node_modules', '.slipway-installed')

export function fail(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

/** Dependencies as the lock file says, installed once per lock file. */
export function ensureDependencies() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8') : ''
  if (installed !== wanted) {
    process.stdout.write('installing dependencies: npm install --no-save\n')
    // Not `npm ci`: it refuses a lock file that leaves out a platform's optional binary, and some
    // registries lack some. Without --save the lock file is read and never written.
    const npm = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    })
    if (npm.status !== 0) fail(`npm install failed:\n${npm.stderr}`)
    writeFileSync(stamp, wanted)
  }
  ensureNode24()
}

function ensureNode24() {
  const version = existsSync(node)
    ? execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
    : 'none'
  if (!version.startsWith('v24.')) {
    fail(`Node 24 is needed and npm brings it, but ${node} is ${version}. Repair: npm rebuild node`)
  }
}

const SERVER_PATHS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/libexec',
  '/opt/homebrew/bin',
  '/usr/local/bin',
  '/usr/bin',
].flatMap((folder) => [join(folder, 'mariadbd'), join(folder, 'mysqld')])
/** The package with the server's binaries alone; its name differs between releases. */
const PACKAGES = [
  'mariadb-server-core',
  'mariadb-server-core-10.11',
  'mariadb-server-core-10.6',
  'mysql-server-core',
  'mysql-server-core-8.0',
]

/** A MariaDB or MySQL server binary; installed by apt where that is possible. */
export function ensureDatabaseServer() {
  if (process.env.MYSQLD) {
    if (!existsSync(process.env.MYSQLD)) fail(`MYSQLD=${process.env.MYSQLD} is no file`)
    return
  }
  if (SERVER_PATHS.some((path) => existsSync(path))) return
  const hint =
    'A MariaDB or MySQL server binary is needed. Install one (Debian and Ubuntu: sudo apt-get update && sudo apt-get install --no-install-recommends mariadb-server-core), or set MYSQLD=/path/to/mysqld, or DATABASE_URL.'
  if (!existsSync('/usr/bin/apt-get')) fail(hint)
  const sudo = process.getuid() === 0 ? [] : canSudo() ? ['sudo', '-n'] : fail(hint)
  apt(sudo, ['update'])
  const name = PACKAGES.find(
    (candidate) => spawnSync('apt-cache', ['show', candidate], { stdio: 'ignore' }).status === 0,
  )
  if (!name) fail(hint)
  apt(sudo, ['install', '-y', '--no-install-recommends', name])
  if (!SERVER_PATHS.some((path) => existsSync(path))) fail(hint)
}

function canSudo() {
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0
}

function apt(sudo, args) {
  const command = [...sudo, 'apt-get', '-qq', ...args]
  process.stdout.write(`running: ${command.join(' ')}\n`)
  const [program, ...rest] = command
  const run = spawnSync(program, rest, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (run.status !== 0) fail(`${command.join(' ')} failed; its words are above`)
}

/** Runs under Node 24; answers the exit code. Signals reach the child by the terminal's group. */
export function runNode(args, env = {}) {
  const run = spawnSync(node, args, { cwd: root, stdio: 'inherit', env: withPath(env) })
  return run.status ?? 1
}

export function withPath(env) {
  return {
    ...process.env,
    PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
    ...env,
  }
}

export function reportPath(name) {
  mkdirSync(join(root, '.slipway', 'reports'), { recursive: true })
  return join(root, '.slipway', 'reports', `${name}.json`)
}
