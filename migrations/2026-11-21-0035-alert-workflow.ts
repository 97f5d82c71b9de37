import { sql, type Kysely } from 'kysely'

/** The alerts of one workflow, newest first. MySQL has no CREATE INDEX IF NOT EXISTS, and a migration may be repeated. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'alert'
      AND index_name = 'alert_workflow'
  `.execute(db)
  if (rows.length > 0) return
  await sql`
    ALTER TABLE alert
    ADD KEY alert_workflow (org_id, workflow_id, alert_id)
  `.execute(db)
}
