import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS workflow_version (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      workflow_id VARCHAR(128) NOT NULL,
      version INT NOT NULL,
      digest CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      definition_json LONGTEXT NOT NULL,
      node_attrs JSON NOT NULL,
      author_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      author_name VARCHAR(128) NOT NULL,
      authors JSON NOT NULL,
      note VARCHAR(1000) NOT NULL,
      diff_summary JSON NOT NULL,
      rolled_back_from INT NULL,
      created_at DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, workflow_id, version),
      KEY workflow_version_digest (org_id, workflow_id, digest),
      CONSTRAINT fk_workflow_version_workflow FOREIGN KEY (org_id, workflow_id) REFERENCES data_workflow (org_id, workflow_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
