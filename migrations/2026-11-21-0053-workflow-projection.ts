import { sql, type Kysely } from 'kysely'

/** Which version of a workflow the tables of its tasks show, and by which revision of the reader. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS workflow_projection (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      workflow_id VARCHAR(128) NOT NULL,
      version INT NOT NULL,
      reader_revision INT NOT NULL,
      is_complete BOOLEAN NOT NULL,
      PRIMARY KEY (org_id, workflow_id),
      CONSTRAINT fk_workflow_projection_workflow FOREIGN KEY (org_id, workflow_id) REFERENCES data_workflow (org_id, workflow_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
