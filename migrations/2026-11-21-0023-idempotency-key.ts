import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS idempotency_key (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      member_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      idempotency_key VARCHAR(255) NOT NULL,
      operation VARCHAR(160) NOT NULL,
      request_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      status INT NULL,
      response LONGTEXT NULL,
      created_at DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, member_id, operation, idempotency_key),
      KEY idempotency_key_age (created_at),
      CONSTRAINT fk_idempotency_key_org FOREIGN KEY (org_id) REFERENCES org (org_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
