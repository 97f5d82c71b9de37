import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS task_instance_cache (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      node_run_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      run_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      environment_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      engine_task_instance_id BIGINT NOT NULL,
      task_code VARCHAR(20) NOT NULL,
      task_key VARCHAR(128) NULL,
      name VARCHAR(255) NOT NULL,
      type VARCHAR(64) NOT NULL,
      state VARCHAR(24) NOT NULL,
      engine_state VARCHAR(40) NOT NULL,
      is_final BOOLEAN NOT NULL,
      retry_times INT NOT NULL,
      submitted_at DATETIME(3) NULL,
      started_at DATETIME(3) NULL,
      ended_at DATETIME(3) NULL,
      host VARCHAR(255) NULL,
      outputs JSON NOT NULL,
      as_of DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, node_run_id),
      UNIQUE KEY task_instance_cache_engine (org_id, environment_id, engine_task_instance_id),
      KEY task_instance_cache_run (org_id, run_id, engine_task_instance_id),
      CONSTRAINT fk_task_instance_cache_run FOREIGN KEY (org_id, run_id) REFERENCES workflow_instance_cache (org_id, run_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
