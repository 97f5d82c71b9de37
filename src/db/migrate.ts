import { migrations } from '#migrations/index.ts'
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

/** Names of migrations that this build knows and the database lacks. */
export async function pendingMigrations(db: Db): Promise<readonly string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  })
  const all = await migrator.getMigrations()
  return all.filter((migration) => !migration.executedAt).map((migration) => migration.name)
}
