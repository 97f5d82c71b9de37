// Runs before anything is installed: plain JavaScript for Node 18 and up.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runChild } from './run-child.mjs'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const bin = join(root, 'node_modules', '.bin')
export const node = join(bin, 'node')

export function fail(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

/** Dependencies as the lock file says, installed once per lock file. */
export function ensureDependencies() {
  const stamp = join(root, 'node_modules', '.slipway-installed')
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
    if (npm.error) fail(`npm was not found (${npm.error.message}): it comes with Node.js`)
    if (npm.status !== 0) fail(`npm install failed:\n${npm.stderr}`)
    writeFileSync(stamp, wanted)
  }
  ensureNode24()
}

/** npm's own scripts put node_modules/.bin first, but nothing does before the first install. */
function ensureNode24() {
  const version = versionOf(node)
  if (version.startsWith('v24.')) return
  fail(
    `Node 24 is needed and npm brings it, but ${node} is ${version || 'not there'}. Repair: npm rebuild node --foreground-scripts, or remove node_modules and try again`,
  )
}

function versionOf(command) {
  try {
    return execFileSync(command, ['--version'], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}

const SERVER_NAMES = ['mariadbd', 'mysqld']
const SERVER_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/libexec',
  '/opt/homebrew/bin',
  '/usr/local/bin',
  '/usr/bin',
]
/** The package with the server's binaries alone, no daemon; its name differs between releases. */
const PACKAGES = [
  'mariadb-server-core',
  'mariadb-server-core-10.11',
  'mariadb-server-core-10.6',
  'mariadb-server-core-10.5',
  'mariadb-server-core-10.3',
  'mysql-server-core',
  'mysql-server-core-8.4',
  'mysql-server-core-8.0',
]
const HINT =
  'A MariaDB or MySQL server binary is needed. Install one (Debian and Ubuntu: sudo apt-get update && sudo apt-get install --no-install-recommends mariadb-server-core), or set MYSQLD=/path/to/mysqld.'

/** A MariaDB or MySQL server binary; installed by apt where that is possible. */
export function ensureDatabaseServer() {
  if (process.env.MYSQLD) {
    if (!existsSync(process.env.MYSQLD)) fail(`MYSQLD=${process.env.MYSQLD} is no file`)
    return
  }
  if (findServer()) return
  install()
  if (!findServer()) fail(HINT)
}

/** One from the PATH is handed on by MYSQLD: the service looks in the usual folders only. */
function findServer() {
  if (SERVER_FOLDERS.some((folder) => inFolder(folder))) return true
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => inFolder(folder))
    .find((path) => path !== undefined)
  if (found) process.env.MYSQLD = found
  return found !== undefined
}

function inFolder(folder) {
  return SERVER_NAMES.map((name) => join(folder, name)).find((path) => existsSync(path))
}

function install() {
  if (!existsSync('/usr/bin/apt-get')) fail(HINT)
  const sudo = process.getuid() === 0 ? [] : ['sudo', '-n']
  if (sudo.length > 0 && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0)
    fail(HINT)
  // An update that misses one of many sources may well know the package.
  apt(sudo, ['update'])
  const known = PACKAGES.filter((name) => hasCandidate(name))
  if (known.length === 0) fail(`apt knows none of ${PACKAGES.join(', ')}. ${HINT}`)
  if (!known.some((name) => apt(sudo, ['install', '-y', '--no-install-recommends', name])))
    fail(`apt-get could not install it; its words are above. ${HINT}`)
}

function hasCandidate(name) {
  const { stdout } = spawnSync('apt-cache', ['policy', name], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  })
  return /Candidate: (?!\(none\))/.test(stdout ?? '')
}

function apt(sudo, args) {
  const [program, ...rest] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]
  process.stdout.write(`running: ${[...sudo, 'apt-get', ...args].join(' ')}\n`)
  return spawnSync(program, rest, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
}

/** Runs under Node 24. */
export function runNode(args, env = {}) {
  return runChild(node, args, { cwd: root, env: withPath(env) })
}

export function withPath(env) {
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, ...env }
}

export function reportPath(name) {
  mkdirSync(join(root, '.slipway', 'reports'), { recursive: true })
  return join(root, '.slipway', 'reports', `${name}.json`)
}
