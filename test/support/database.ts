import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, inject } from 'vitest'
import { createDatabase, type Db } from '#src/db/database.ts'
import { migrateToLatest } from '#src/db/migrate.ts'

export interface TestDatabase {
  readonly url: string
  readonly db: Db
  drop(): Promise<void>
}

/** An empty, migrated database of a test file's own, dropped after its last test. */
export async function useTestDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase()
  afterAll(() => database.drop())
  return database
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`
  const server = createDatabase({ url: inject('databaseServerUrl'), poolSize: 2 })
  await sql`CREATE DATABASE ${sql.id(name)} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`.execute(
    server,
  )
  const address = new URL(inject('databaseServerUrl'))
  address.pathname = `/${name}`
  const db = createDatabase({ url: address.href })
  await migrateToLatest(db)
  return {
    url: address.href,
    db,
    async drop() {
      await db.destroy()
      await sql`DROP DATABASE ${sql.id(name)}`.execute(server)
      await server.destroy()
    },
  }
}
