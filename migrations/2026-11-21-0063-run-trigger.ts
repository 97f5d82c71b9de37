import { sql, type Kysely } from 'kysely'

/** The runs of one trigger, newest first. MySQL has no CREATE INDEX IF NOT EXISTS, and a migration may be repeated. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'workflow_instance_cache'
      AND index_name = 'workflow_instance_cache_trigger'
  `.execute(db)
  if (rows.length > 0) return
  await sql`
    ALTER TABLE workflow_instance_cache
    ADD KEY workflow_instance_cache_trigger (org_id, trigger_type, sort_at, run_id)
  `.execute(db)
}
