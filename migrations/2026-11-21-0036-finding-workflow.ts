import { sql, type Kysely } from 'kysely'

/** The findings of one workflow, newest first. MySQL has no CREATE INDEX IF NOT EXISTS, and a migration may be repeated. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'inspection_finding'
      AND index_name = 'inspection_finding_workflow'
  `.execute(db)
  if (rows.length > 0) return
  await sql`
    ALTER TABLE inspection_finding
    ADD KEY inspection_finding_workflow (org_id, workflow_id, finding_id)
  `.execute(db)
}
