import { sql, type Kysely } from 'kysely'

/**
 * What tasks of the newest version wait for. `declared`: `needs`, inside the workflow. `dependent`
 * and `sub_workflow`: of another workflow, where an empty `from_key` is the whole of it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS workflow_task_relation (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      workflow_id VARCHAR(128) NOT NULL,
      to_key VARCHAR(128) NOT NULL,
      from_workflow_id VARCHAR(128) NOT NULL,
      from_key VARCHAR(128) NOT NULL,
      origin VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      PRIMARY KEY (org_id, workflow_id, to_key, from_workflow_id, from_key, origin),
      KEY workflow_task_relation_from (org_id, from_workflow_id, from_key, workflow_id, to_key),
      CONSTRAINT fk_workflow_task_relation_workflow FOREIGN KEY (org_id, workflow_id) REFERENCES data_workflow (org_id, workflow_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
