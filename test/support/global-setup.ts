import { mkdir, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPrivateServer, stopUnusedServer } from '#src/db/private-server.ts'
import { databaseBinary } from './database-binary.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A server on which each test file makes its own database. */
    readonly databaseServerUrl: string
  }
}

const serversDir = resolve(import.meta.dirname, '../../.slipway/test-servers')

/**
 * One throwaway server a run, which all rings share (each sets up for itself, the folder is one), or
 * the one of TEST_DATABASE_URL.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) {
    project.provide('databaseServerUrl', given)
    return () => Promise.resolve()
  }
  await removeAbandoned()
  const dir = join(serversDir, String(process.pid))
  const server = await startPrivateServer({
    dir,
    binary: await databaseBinary(),
    isThrowaway: true,
  })
  project.provide('databaseServerUrl', server.url)
  return async () => {
    await server.stop()
    await removeUnused(dir)
  }
}

/** Servers of runs that were killed. */
async function removeAbandoned(): Promise<void> {
  await mkdir(serversDir, { recursive: true })
  for (const name of await readdir(serversDir)) await removeUnused(join(serversDir, name))
}

async function removeUnused(dir: string): Promise<void> {
  if (await stopUnusedServer(dir)) await rm(dir, { recursive: true, force: true })
}
