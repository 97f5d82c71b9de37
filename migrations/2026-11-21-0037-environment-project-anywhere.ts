import { sql, type Kysely } from 'kysely'

/**
 * Codes of projects are as good as unique among installations, so one of that code and name is the
 * same project, by whatever address. MySQL has no CREATE INDEX IF NOT EXISTS, and a migration may
 * be repeated.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'engine_environment'
      AND index_name = 'engine_environment_project_anywhere'
  `.execute(db)
  if (rows.length > 0) return
  await sql`
    ALTER TABLE engine_environment
    ADD UNIQUE KEY engine_environment_project_anywhere (project_code, project_name)
  `.execute(db)
}
