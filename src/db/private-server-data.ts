import { spawn } from 'node:child_process'
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { ServerBinary } from './server-binary.ts'

export interface DataDirInput {
  readonly dir: string
  readonly binary: ServerBinary
  readonly args: readonly string[]
}

/** Made aside and renamed, so that a half-made folder is never taken for a whole one. */
export async function makeDataDir({ dir, binary, args }: DataDirInput): Promise<void> {
  const data = join(dir, 'data')
  if (await isThere(join(data, 'slipway-made'))) return
  const draft = join(dir, 'data.making')
  for (const half of [draft, data]) await rm(half, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  await initialise(binary, [...args, `--datadir=${draft}`])
  await writeFile(join(draft, 'slipway-made'), '')
  await rename(draft, data)
}

async function initialise(binary: ServerBinary, args: readonly string[]): Promise<void> {
  if (binary.kind === 'mysql') return feed(binary.command, [...args, '--initialize-insecure'], '')
  // The package with the server alone has no mariadb-install-db, so its SQL is fed directly. Its
  // accounts are left out: they have no password and may come in over TCP.
  const sql = [
    'CREATE DATABASE mysql;',
    'USE mysql;',
    await systemTables(binary.command),
    `DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';`,
    '',
  ].join('\n')
  return feed(binary.command, [...args, '--bootstrap'], sql)
}

/** Since 11 the files are named after MariaDB. */
async function systemTables(command: string): Promise<string> {
  const prefix = resolve(dirname(command), '..')
  for (const share of [join(prefix, 'share'), '/usr/share']) {
    for (const folder of [join(share, 'mysql'), join(share, 'mariadb'), share]) {
      for (const name of ['mariadb', 'mysql']) {
        const tables = join(folder, `${name}_system_tables.sql`)
        if (!(await isThere(tables))) continue
        const data = join(folder, `${name}_system_tables_data.sql`)
        return `${await readFile(tables, 'utf8')}\n${await readFile(data, 'utf8')}`
      }
    }
  }
  throw new Error(`the system tables that belong to ${command} were not found`)
}

function feed(command: string, args: readonly string[], input: string): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe'] })
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => {
      errors = `${errors}${chunk.toString()}`.slice(-4000)
    })
    // A server that ends before it has read everything says why by its exit.
    child.stdin.on('error', () => undefined)
    child.once('error', fail)
    child.once('close', (code) =>
      code === 0
        ? done()
        : fail(new Error(`${command} could not make its data folder:\n${errors}`)),
    )
    child.stdin.end(input)
  })
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
