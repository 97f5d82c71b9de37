import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS data_workflow (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      workflow_id VARCHAR(128) NOT NULL,
      name VARCHAR(255) NOT NULL,
      owner VARCHAR(128) NULL,
      description VARCHAR(255) NOT NULL DEFAULT '',
      draft_json LONGTEXT NOT NULL,
      draft_revision INT NOT NULL,
      draft_authors JSON NOT NULL,
      layout JSON NOT NULL,
      latest_version INT NULL,
      created_by VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      deleted_at DATETIME(3) NULL,
      PRIMARY KEY (org_id, workflow_id),
      KEY data_workflow_updated (org_id, deleted_at, updated_at, workflow_id),
      KEY data_workflow_owner (org_id, deleted_at, owner, updated_at, workflow_id),
      CONSTRAINT fk_data_workflow_org FOREIGN KEY (org_id) REFERENCES org (org_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
