import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS workflow_publish_step (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      publication_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      step_no INT NOT NULL,
      phase VARCHAR(16) NOT NULL,
      name VARCHAR(48) NOT NULL,
      state VARCHAR(16) NOT NULL,
      attempts INT NOT NULL,
      intent LONGTEXT NOT NULL,
      result LONGTEXT NULL,
      error JSON NULL,
      started_at DATETIME(3) NULL,
      ended_at DATETIME(3) NULL,
      PRIMARY KEY (org_id, publication_id, step_no),
      CONSTRAINT fk_workflow_publish_step_record FOREIGN KEY (org_id, publication_id) REFERENCES workflow_publish_record (org_id, publication_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
