import { sql, type Kysely } from 'kysely'

/** What tasks read and write. `dataset_key` is the SHA-256 of the whole name in small letters. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS task_dataset (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      workflow_id VARCHAR(128) NOT NULL,
      task_key VARCHAR(128) NOT NULL,
      direction VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      dataset_key CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      dataset VARCHAR(1024) NOT NULL,
      origin VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      PRIMARY KEY (org_id, workflow_id, task_key, direction, dataset_key),
      KEY task_dataset_dataset (org_id, dataset_key, direction, workflow_id, task_key),
      CONSTRAINT fk_task_dataset_workflow FOREIGN KEY (org_id, workflow_id) REFERENCES data_workflow (org_id, workflow_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
