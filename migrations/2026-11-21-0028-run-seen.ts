import { sql, type Kysely } from 'kysely'

/** The sync looks first at what was not looked at for longest. MySQL has no CREATE INDEX IF NOT EXISTS, and a migration may be repeated. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'workflow_instance_cache'
      AND index_name = 'workflow_instance_cache_seen'
  `.execute(db)
  if (rows.length > 0) return
  await sql`
    ALTER TABLE workflow_instance_cache
    ADD KEY workflow_instance_cache_seen (org_id, environment_id, is_final, engine_gone_at, as_of)
  `.execute(db)
}
