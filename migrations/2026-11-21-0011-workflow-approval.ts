import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS workflow_approval (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      approval_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      publication_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      member_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      member_name VARCHAR(128) NOT NULL,
      decision VARCHAR(16) NOT NULL,
      comment VARCHAR(1000) NOT NULL,
      plan_digest CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      decided_at DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, approval_id),
      UNIQUE KEY workflow_approval_member (org_id, publication_id, member_id),
      CONSTRAINT fk_workflow_approval_record FOREIGN KEY (org_id, publication_id) REFERENCES workflow_publish_record (org_id, publication_id),
      CONSTRAINT fk_workflow_approval_member FOREIGN KEY (org_id, member_id) REFERENCES org_member (org_id, member_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
