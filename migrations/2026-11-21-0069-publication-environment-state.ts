import { sql, type Kysely } from 'kysely'

/** The publications of one environment in one state. MySQL has no CREATE INDEX IF NOT EXISTS, and a migration may be repeated. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'workflow_publish_record'
      AND index_name = 'workflow_publish_record_environment_state'
  `.execute(db)
  if (rows.length > 0) return
  await sql`
    ALTER TABLE workflow_publish_record
    ADD KEY workflow_publish_record_environment_state (org_id, environment_id, state, publication_id)
  `.execute(db)
}
