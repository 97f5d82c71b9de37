import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS run_attempt (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      run_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      attempt INT NOT NULL,
      workflow_id VARCHAR(128) NOT NULL,
      environment_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      state VARCHAR(24) NOT NULL,
      started_at DATETIME(3) NOT NULL,
      ended_at DATETIME(3) NULL,
      seen_at DATETIME(3) NOT NULL,
      confirmed_at DATETIME(3) NULL,
      judged_at DATETIME(3) NULL,
      PRIMARY KEY (org_id, run_id, attempt),
      KEY run_attempt_place (org_id, workflow_id, environment_id, started_at),
      KEY run_attempt_judge (org_id, judged_at, confirmed_at, started_at),
      CONSTRAINT fk_run_attempt_run FOREIGN KEY (org_id, run_id) REFERENCES workflow_instance_cache (org_id, run_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
