import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS workflow_import (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      import_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      environment_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      state VARCHAR(16) NOT NULL,
      active_key VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
      requested_by VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      requested_by_name VARCHAR(128) NOT NULL,
      last_error JSON NULL,
      lease_owner VARCHAR(64) NULL,
      lease_until DATETIME(3) NULL,
      next_attempt_at DATETIME(3) NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      ended_at DATETIME(3) NULL,
      PRIMARY KEY (org_id, import_id),
      UNIQUE KEY workflow_import_active (org_id, active_key),
      KEY workflow_import_work (next_attempt_at, state),
      CONSTRAINT fk_workflow_import_environment FOREIGN KEY (org_id, environment_id) REFERENCES engine_environment (org_id, environment_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
