import { sql, type Kysely } from 'kysely'

/** MySQL has no ADD COLUMN IF NOT EXISTS, and a migration may be repeated. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'workflow_deployment'
      AND column_name = 'drift_state'
  `.execute(db)
  if (rows.length > 0) return
  await sql`
    ALTER TABLE workflow_deployment
    ADD COLUMN drift_state VARCHAR(16) NULL,
    ADD COLUMN drift_seen VARCHAR(128) NULL,
    ADD COLUMN drift_detail LONGTEXT NULL,
    ADD COLUMN drift_at DATETIME(3) NULL,
    ADD KEY workflow_deployment_drift (org_id, drift_state, deployment_id)
  `.execute(db)
}
