import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS workflow_publish_record (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      publication_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      workflow_id VARCHAR(128) NOT NULL,
      environment_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      operation VARCHAR(16) NOT NULL,
      version INT NULL,
      options JSON NOT NULL,
      state VARCHAR(24) NOT NULL,
      active_key VARCHAR(180) NULL,
      plan_digest CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      plan LONGTEXT NOT NULL,
      policy_version INT NOT NULL,
      approvals_required INT NOT NULL,
      barred JSON NOT NULL,
      requested_by VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      requested_by_name VARCHAR(128) NOT NULL,
      note VARCHAR(1000) NOT NULL,
      evidence LONGTEXT NULL,
      failure JSON NULL,
      lease_owner VARCHAR(64) NULL,
      lease_until DATETIME(3) NULL,
      next_attempt_at DATETIME(3) NULL,
      expires_at DATETIME(3) NULL,
      apply_deadline_at DATETIME(3) NULL,
      created_at DATETIME(3) NOT NULL,
      approved_at DATETIME(3) NULL,
      started_at DATETIME(3) NULL,
      ended_at DATETIME(3) NULL,
      updated_at DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, publication_id),
      UNIQUE KEY workflow_publish_record_active (org_id, active_key),
      KEY workflow_publish_record_workflow (org_id, workflow_id, publication_id),
      KEY workflow_publish_record_environment (org_id, environment_id, publication_id),
      KEY workflow_publish_record_state (state, next_attempt_at),
      KEY workflow_publish_record_org_state (org_id, state, publication_id),
      CONSTRAINT fk_workflow_publish_record_workflow FOREIGN KEY (org_id, workflow_id) REFERENCES data_workflow (org_id, workflow_id),
      CONSTRAINT fk_workflow_publish_record_version FOREIGN KEY (org_id, workflow_id, version) REFERENCES workflow_version (org_id, workflow_id, version),
      CONSTRAINT fk_workflow_publish_record_environment FOREIGN KEY (org_id, environment_id) REFERENCES engine_environment (org_id, environment_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
