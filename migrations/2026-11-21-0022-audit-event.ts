import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS audit_event (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      audit_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      at DATETIME(3) NOT NULL,
      actor_kind VARCHAR(16) NOT NULL,
      actor_id VARCHAR(64) NOT NULL,
      actor_name VARCHAR(128) NOT NULL,
      token_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
      ip VARCHAR(64) NULL,
      request_id VARCHAR(64) NOT NULL,
      action VARCHAR(64) NOT NULL,
      subject_type VARCHAR(32) NOT NULL,
      subject_id VARCHAR(160) NOT NULL,
      before_json LONGTEXT NULL,
      after_json LONGTEXT NULL,
      PRIMARY KEY (org_id, audit_id),
      KEY audit_event_subject (org_id, subject_type, subject_id, audit_id),
      CONSTRAINT fk_audit_event_org FOREIGN KEY (org_id) REFERENCES org (org_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
