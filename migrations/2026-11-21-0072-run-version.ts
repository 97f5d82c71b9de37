import { sql, type Kysely } from 'kysely'

/** The runs of one version in one place that ended so. MySQL has no CREATE INDEX IF NOT EXISTS, and a migration may be repeated. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'workflow_instance_cache'
      AND index_name = 'workflow_instance_cache_version'
  `.execute(db)
  if (rows.length > 0) return
  await sql`
    ALTER TABLE workflow_instance_cache
    ADD KEY workflow_instance_cache_version (org_id, workflow_id, environment_id, version, state)
  `.execute(db)
}
