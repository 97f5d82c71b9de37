import { sql, type Kysely } from 'kysely'

/** The tasks of each workflow's newest version, for search. `node_attrs` is the task without its long texts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS data_task (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      workflow_id VARCHAR(128) NOT NULL,
      task_key VARCHAR(128) NOT NULL,
      version INT NOT NULL,
      name VARCHAR(200) NOT NULL,
      type VARCHAR(40) NOT NULL,
      owner VARCHAR(128) NULL,
      is_disabled BOOLEAN NOT NULL,
      is_last BOOLEAN NOT NULL,
      datasets_state VARCHAR(12) NOT NULL,
      node_attrs JSON NOT NULL,
      PRIMARY KEY (org_id, workflow_id, task_key),
      KEY data_task_owner (org_id, owner, workflow_id, task_key),
      KEY data_task_type (org_id, type, workflow_id, task_key),
      CONSTRAINT fk_data_task_workflow FOREIGN KEY (org_id, workflow_id) REFERENCES data_workflow (org_id, workflow_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
