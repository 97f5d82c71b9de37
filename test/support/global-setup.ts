import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPrivateServer } from '#src/db/private-server.ts'
import { serverBinary } from '#src/db/server-binary.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A server on which each test file makes its own database. */
    readonly databaseServerUrl: string
  }
}

/** One throwaway server a run, or the one that TEST_DATABASE_URL names. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) {
    project.provide('databaseServerUrl', given)
    return () => Promise.resolve()
  }
  const dir = await mkdtemp(join(tmpdir(), 'slipway-test-db-'))
  const server = await startPrivateServer({
    dir,
    binary: await serverBinary(process.env['MYSQLD']),
    isThrowaway: true,
  })
  project.provide('databaseServerUrl', server.url)
  return async () => {
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
}
