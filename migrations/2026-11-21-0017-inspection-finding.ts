import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS inspection_finding (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      finding_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      rule_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      open_fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
      workflow_id VARCHAR(128) NULL,
      environment_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
      state VARCHAR(16) NOT NULL,
      severity VARCHAR(16) NOT NULL,
      title VARCHAR(500) NOT NULL,
      facts JSON NOT NULL,
      seen_count INT NOT NULL,
      first_seen_at DATETIME(3) NOT NULL,
      last_seen_at DATETIME(3) NOT NULL,
      resolved_at DATETIME(3) NULL,
      PRIMARY KEY (org_id, finding_id),
      UNIQUE KEY inspection_finding_open (org_id, open_fingerprint),
      KEY inspection_finding_state (org_id, state, finding_id),
      CONSTRAINT fk_inspection_finding_rule FOREIGN KEY (org_id, rule_id) REFERENCES inspection_rule (org_id, rule_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
