import { sql, type Kysely } from 'kysely'

/**
 * Which workflows are where and how: keys that answer it alone, for a row has the whole live
 * definition in it. MySQL has no CREATE INDEX IF NOT EXISTS, and a migration may be repeated.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'workflow_deployment'
      AND index_name = 'workflow_deployment_found'
  `.execute(db)
  if (rows.length > 0) return
  await sql`
    ALTER TABLE workflow_deployment
    ADD KEY workflow_deployment_found (org_id, workflow_id, environment_id, engine_code, is_online, drift_state),
    ADD KEY workflow_deployment_drifted (org_id, drift_state, workflow_id, environment_id, engine_code, is_online),
    ADD KEY workflow_deployment_environment (org_id, environment_id, deployment_id)
  `.execute(db)
}
