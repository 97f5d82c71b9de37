import { migrations } from '#migrations/index.ts'
import { sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { Db } from './database.ts'

/**
 * Brings the schema up to date. Safe with several replicas (kysely holds MySQL's GET_LOCK) and
 * after a crash in the middle: DDL is not transactional there, so each migration is one statement
 * that may be repeated.
 */
export async function migrateToLatest(db: Db): Promise<readonly string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error) throw error instanceof Error ? error : new Error('migration failed', { cause: error })
  return results
    .filter((result) => result.status === 'Success')
    .map((result) => result.migrationName)
}

/**
 * Names of migrations that this build knows and the database lacks. Reads the migrator's own table
 * and not the information schema: readiness asks this every few seconds.
 */
export async function pendingMigrations(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration`.execute(db)
  const done = new Set(rows.map((row) => row.name))
  return Object.keys(migrations).filter((name) => !done.has(name))
}
