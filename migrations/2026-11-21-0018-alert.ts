import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS alert (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      alert_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      dedup_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      kind VARCHAR(48) NOT NULL,
      severity VARCHAR(16) NOT NULL,
      state VARCHAR(16) NOT NULL,
      finding_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
      publication_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
      run_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
      workflow_id VARCHAR(128) NULL,
      environment_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
      title VARCHAR(500) NOT NULL,
      facts JSON NOT NULL,
      message JSON NULL,
      prepare_after DATETIME(3) NULL,
      prepare_attempts INT NOT NULL,
      created_at DATETIME(3) NOT NULL,
      resolved_at DATETIME(3) NULL,
      PRIMARY KEY (org_id, alert_id),
      UNIQUE KEY alert_dedup (org_id, dedup_key),
      KEY alert_state (org_id, state, alert_id),
      KEY alert_prepare (prepare_after),
      CONSTRAINT fk_alert_org FOREIGN KEY (org_id) REFERENCES org (org_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
