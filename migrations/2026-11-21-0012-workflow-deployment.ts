import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS workflow_deployment (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      deployment_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      workflow_id VARCHAR(128) NOT NULL,
      environment_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      state VARCHAR(16) NOT NULL,
      engine_code VARCHAR(20) NULL,
      task_codes JSON NOT NULL,
      version INT NULL,
      digest CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
      engine_version INT NULL,
      live_digest CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
      is_online BOOLEAN NOT NULL,
      schedule_id BIGINT NULL,
      wanted_schedule JSON NULL,
      is_schedule_online BOOLEAN NOT NULL,
      live_json LONGTEXT NULL,
      as_of DATETIME(3) NULL,
      publication_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, deployment_id),
      UNIQUE KEY workflow_deployment_place (org_id, workflow_id, environment_id),
      UNIQUE KEY workflow_deployment_code (org_id, environment_id, engine_code),
      CONSTRAINT fk_workflow_deployment_workflow FOREIGN KEY (org_id, workflow_id) REFERENCES data_workflow (org_id, workflow_id),
      CONSTRAINT fk_workflow_deployment_environment FOREIGN KEY (org_id, environment_id) REFERENCES engine_environment (org_id, environment_id),
      CONSTRAINT fk_workflow_deployment_version FOREIGN KEY (org_id, workflow_id, version) REFERENCES workflow_version (org_id, workflow_id, version)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
