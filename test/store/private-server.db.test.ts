import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isAlive } from '#src/db/process-by-id.ts'
import { startPrivateServer, stopUnusedServer, type PrivateServer } from '#src/db/private-server.ts'
import { databaseBinary } from '../support/database-binary.ts'

let dir: string
let closing: (() => Promise<unknown>)[]

beforeEach(async () => {
  // A folder so deep that a socket in it would have too long a path.
  const top = await mkdtemp(join(tmpdir(), 'slipway-private-'))
  dir = join(top, 'deep'.repeat(20), 'database')
  closing = [() => rm(top, { recursive: true, force: true })]
})

afterEach(async () => {
  while (closing.length > 0) await closing.pop()?.()
})

async function start(): Promise<PrivateServer> {
  const server = await startPrivateServer({
    dir,
    binary: await databaseBinary(),
    isThrowaway: true,
  })
  closing.push(() => server.stop())
  return server
}

/** Another process that starts the server and holds it. */
async function startElsewhere(): Promise<{
  readonly child: ChildProcess
  readonly url: string
  readonly pid: number
}> {
  const module = (path: string): string =>
    JSON.stringify(resolve(import.meta.dirname, '../..', path))
  const code = `
    const { startPrivateServer } = await import(${module('src/db/private-server.ts')})
    const { databaseBinary } = await import(${module('test/support/database-binary.ts')})
    const { url, pid } = await startPrivateServer({
      dir: ${JSON.stringify(dir)}, binary: await databaseBinary(), isThrowaway: true,
    })
    process.stdout.write(JSON.stringify({ url, pid }))
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [chunk] = await once(child.stdout, 'data')
  return { child, ...JSON.parse(String(chunk)) }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function ask(url: string, sql: string): Promise<unknown> {
  const connection = await createConnection(url)
  try {
    return (await connection.query(sql))[0]
  } finally {
    await connection.end()
  }
}

test('it serves an empty database named slipway on loopback, in UTF-8', async () => {
  const { url } = await start()

  const rows = await ask(
    url,
    'SELECT database() AS name, @@character_set_database AS charset, @@bind_address AS address',
  )

  expect(rows).toEqual([{ name: 'slipway', charset: 'utf8mb4', address: '127.0.0.1' }])
})

test('nobody gets in without the password', async () => {
  const { url } = await start()
  const address = new URL(url)
  const host = { host: address.hostname, port: Number(address.port) }

  const attempts = ['root', 'slipway', 'mariadb.sys', ''].map((user) =>
    createConnection({ ...host, user }).then(
      () => 'in',
      () => 'refused',
    ),
  )

  expect(await Promise.all(attempts)).toEqual(['refused', 'refused', 'refused', 'refused'])
})

test('data survives a stop and a start', async () => {
  const first = await start()
  await ask(first.url, 'CREATE TABLE kept (id INT PRIMARY KEY)')
  await first.stop()

  const second = await start()

  expect(await ask(second.url, 'SHOW TABLES')).toEqual([{ Tables_in_slipway: 'kept' }])
})

test('the server outlives a killed starter, and the next start adopts it', async () => {
  const killed = await startElsewhere()
  await kill(killed.child)

  const adopted = await start()

  expect({ url: adopted.url, pid: adopted.pid }).toEqual({ url: killed.url, pid: killed.pid })
  expect(await ask(adopted.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await adopted.stop()
  expect(await isAlive(killed.pid)).toBe(false)
})

test('a starter killed before it noted the process id is adopted all the same', async () => {
  const killed = await startElsewhere()
  await kill(killed.child)
  const { port, password } = new URL(killed.url)
  await writeFile(join(dir, 'server.json'), JSON.stringify({ port: Number(port), password }))

  const adopted = await start()

  expect(adopted.pid).toBe(killed.pid)
})

test('a server that was killed too is started anew', async () => {
  const killed = await startElsewhere()
  await kill(killed.child)
  process.kill(killed.pid, 'SIGKILL')

  const next = await start()

  expect(next.pid).not.toBe(killed.pid)
  expect(await ask(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('a second process connects to the server of the first, and the last one ends it', async () => {
  const first = await start()
  const second = await startElsewhere()

  await first.stop()
  const isServing = await ask(second.url, 'SELECT 1 AS one')
  await kill(second.child)
  const isEnded = await stopUnusedServer(dir)

  expect(second.pid).toBe(first.pid)
  expect(isServing).toEqual([{ one: 1 }])
  expect([isEnded, await isAlive(second.pid)]).toEqual([true, false])
})

test('starts at once, here and elsewhere, make one server', async () => {
  const [here, again, elsewhere] = await Promise.all([start(), start(), startElsewhere()])
  closing.push(() => kill(elsewhere.child))

  expect(new Set([here.pid, again.pid, elsewhere.pid]).size).toBe(1)
})

test('starts at once take over the lock of a dead process one after the other', async () => {
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, 'start.lock'), '4194303 12345 nobody')

  const servers = await Promise.all([start(), start(), start(), start()])

  expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1)
})

test('a lock of a living process id that belongs to a later process is taken over', async () => {
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, 'start.lock'), `${process.pid} 1 earlier`)

  const server = await start()

  expect(await isAlive(server.pid)).toBe(true)
})

test('folders half made by a crash are made again', async () => {
  for (const half of ['data', 'data.making']) {
    await mkdir(join(dir, half, 'mysql'), { recursive: true })
    await writeFile(join(dir, half, 'ibdata1'), 'half')
  }

  const server = await start()

  expect(await ask(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('a note cut short or of a process that is no server of ours starts a new one', async () => {
  await mkdir(dir, { recursive: true })
  await writeFile(
    join(dir, 'server.json'),
    JSON.stringify({ port: 1, password: 'x', pid: process.pid }),
  )
  const first = await start()
  await first.stop()
  await writeFile(join(dir, 'server.json'), '{"port":')

  const second = await start()

  expect([first.pid, second.pid]).not.toContain(process.pid)
  expect(await ask(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('a server that cannot start says why with its own words', async () => {
  const first = await start()
  await first.stop()
  await writeFile(join(dir, 'data', 'ibdata1'), 'broken')

  await expect(start()).rejects.toThrow(/did not start:\n.*\[ERROR\]/s)
})

test('temporary tables lie in its own folder, where no other server deletes them', async () => {
  const { url } = await start()

  const connection = await createConnection(url)
  const [rows] = await connection.query('SELECT @@tmpdir AS tmpdir')
  await connection.end()

  expect(rows).toEqual([{ tmpdir: join(dir, 'tmp') }])
})
