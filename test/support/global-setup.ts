import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPrivateServer } from '#src/db/private-server.ts'
import { serverBinary } from '#src/db/server-binary.ts'
import { mysql9Binary } from './mysql9.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A server on which each test file makes its own database. */
    readonly databaseServerUrl: string
  }
}

/** One throwaway server a run: MariaDB, MySQL 9 (TEST_DATABASE=mysql9), or the one of TEST_DATABASE_URL. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) {
    project.provide('databaseServerUrl', given)
    return () => Promise.resolve()
  }
  const isMysql9 = process.env['TEST_DATABASE'] === 'mysql9'
  const cacheDir = resolve(import.meta.dirname, '../../.slipway')
  const binary = isMysql9 ? await mysql9Binary(cacheDir) : await serverBinary(process.env['MYSQLD'])
  const dir = await mkdtemp(join(tmpdir(), 'slipway-test-db-'))
  const server = await startPrivateServer({ dir, binary, isThrowaway: true })
  project.provide('databaseServerUrl', server.url)
  return async () => {
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
}
