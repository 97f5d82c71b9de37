import { sql, type Kysely } from 'kysely'

/** What a person said of a dependency between two workflows by one dataset that no task waits for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS workflow_dependency_decision (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      workflow_id VARCHAR(128) NOT NULL,
      upstream_workflow_id VARCHAR(128) NOT NULL,
      dataset_key CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      decision VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      note VARCHAR(1000) NOT NULL,
      decided_by VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      decided_by_name VARCHAR(128) NOT NULL,
      decided_at DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, workflow_id, upstream_workflow_id, dataset_key),
      KEY workflow_dependency_decision_upstream (org_id, upstream_workflow_id),
      CONSTRAINT fk_workflow_dependency_decision_workflow FOREIGN KEY (org_id, workflow_id) REFERENCES data_workflow (org_id, workflow_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
