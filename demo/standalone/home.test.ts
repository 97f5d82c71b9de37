import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { must } from '#src/lib/must.ts'
import { layOutHome, noteServer, removeAbandoned } from './home.ts'

let dir: string
let collected: string
let server: ChildProcess

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'slipway-home-'))
  collected = join(dir, 'collected')
  await mkdir(join(collected, 'ddl', 'sql'), { recursive: true })
  server = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await once(server, 'spawn')
})

afterEach(async () => {
  server.kill('SIGKILL')
  await rm(dir, { recursive: true, force: true })
})

test('a home carries its own folder and the ports after its own', async () => {
  const home = await layOutHome(dir, collected, 25_000)

  const properties = await readFile(join(home, 'conf', 'common.properties'), 'utf8')

  expect(properties).toContain(`data.basedir.path=${home}/data`)
  expect(properties).toContain('alert.rpc.port=25003')
})

test('the server of a living process is let alone', async () => {
  const home = await layOutHome(dir, collected, 25_000)
  await noteServer(home, must(server.pid, 'spawned'))

  await removeAbandoned(dir)

  expect(await readdir(dir)).toEqual(['collected', 'run-25000'])
  expect(server.exitCode ?? server.signalCode).toBeNull()
})

test('the server of a dead process is ended and its folder removed', async () => {
  const home = await layOutHome(dir, collected, 25_000)
  await noteServer(home, must(server.pid, 'spawned'))
  await writeFile(join(home, 'owner'), `${process.pid} 1`)
  const ended = once(server, 'exit')

  await removeAbandoned(dir)
  await ended

  expect(await readdir(dir)).toEqual(['collected'])
  expect(server.signalCode).toBe('SIGTERM')
})
