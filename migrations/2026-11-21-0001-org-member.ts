import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS org_member (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      member_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      name VARCHAR(128) NOT NULL,
      display_name VARCHAR(255) NOT NULL,
      email VARCHAR(255) NULL,
      roles JSON NOT NULL,
      im_ids JSON NOT NULL,
      is_active BOOLEAN NOT NULL DEFAULT TRUE,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, member_id),
      UNIQUE KEY org_member_name (org_id, name),
      CONSTRAINT fk_org_member_org FOREIGN KEY (org_id) REFERENCES org (org_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
