import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS alert_channel (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      channel_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      name VARCHAR(128) NOT NULL,
      kind VARCHAR(24) NOT NULL,
      target_box TEXT NOT NULL,
      target_hint VARCHAR(255) NOT NULL,
      is_enabled BOOLEAN NOT NULL,
      disabled_reason VARCHAR(255) NULL,
      revision INT NOT NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, channel_id),
      UNIQUE KEY alert_channel_name (org_id, name),
      CONSTRAINT fk_alert_channel_org FOREIGN KEY (org_id) REFERENCES org (org_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
