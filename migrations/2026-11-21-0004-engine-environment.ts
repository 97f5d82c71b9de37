import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS engine_environment (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      environment_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      name VARCHAR(64) NOT NULL,
      cluster_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      engine_key CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      project_code VARCHAR(20) NOT NULL,
      project_name VARCHAR(255) NOT NULL,
      stage_rank INT NOT NULL,
      defaults JSON NOT NULL,
      overlay JSON NOT NULL,
      policy JSON NOT NULL,
      policy_version INT NOT NULL,
      revision INT NOT NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, environment_id),
      UNIQUE KEY engine_environment_name (org_id, name),
      UNIQUE KEY engine_environment_project (engine_key, project_code),
      KEY engine_environment_cluster (org_id, cluster_id),
      CONSTRAINT fk_engine_environment_cluster FOREIGN KEY (org_id, cluster_id) REFERENCES engine_cluster (org_id, cluster_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
