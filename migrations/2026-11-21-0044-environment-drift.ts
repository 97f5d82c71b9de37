import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS environment_drift (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      environment_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      as_of DATETIME(3) NULL,
      swept_at DATETIME(3) NULL,
      unmanaged LONGTEXT NULL,
      unmanaged_count INT NOT NULL DEFAULT 0,
      last_error JSON NULL,
      updated_at DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, environment_id),
      CONSTRAINT fk_environment_drift_environment FOREIGN KEY (org_id, environment_id) REFERENCES engine_environment (org_id, environment_id) ON DELETE CASCADE
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
