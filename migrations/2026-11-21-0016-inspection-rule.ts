import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS inspection_rule (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      rule_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      name VARCHAR(128) NOT NULL,
      kind VARCHAR(48) NOT NULL,
      params JSON NOT NULL,
      workflow_id VARCHAR(128) NULL,
      environment_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
      severity VARCHAR(16) NOT NULL,
      is_enabled BOOLEAN NOT NULL,
      revision INT NOT NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, rule_id),
      UNIQUE KEY inspection_rule_name (org_id, name),
      KEY inspection_rule_kind (org_id, kind, is_enabled),
      CONSTRAINT fk_inspection_rule_workflow FOREIGN KEY (org_id, workflow_id) REFERENCES data_workflow (org_id, workflow_id),
      CONSTRAINT fk_inspection_rule_environment FOREIGN KEY (org_id, environment_id) REFERENCES engine_environment (org_id, environment_id),
      CONSTRAINT fk_inspection_rule_org FOREIGN KEY (org_id) REFERENCES org (org_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
