import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS environment_sync (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      environment_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      as_of DATETIME(3) NULL,
      instances_since DATETIME(3) NULL,
      tasks_since DATETIME(3) NULL,
      swept_at DATETIME(3) NULL,
      last_error JSON NULL,
      last_error_at DATETIME(3) NULL,
      updated_at DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, environment_id),
      CONSTRAINT fk_environment_sync_environment FOREIGN KEY (org_id, environment_id) REFERENCES engine_environment (org_id, environment_id) ON DELETE CASCADE
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
