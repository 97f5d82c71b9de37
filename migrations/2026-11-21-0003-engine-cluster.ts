import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS engine_cluster (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      cluster_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      name VARCHAR(128) NOT NULL,
      base_url VARCHAR(512) NOT NULL,
      ui_url VARCHAR(512) NOT NULL,
      engine_key CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      token_box TEXT NOT NULL,
      pinned_family VARCHAR(8) NULL,
      family VARCHAR(8) NULL,
      server_time_zone VARCHAR(64) NOT NULL,
      probe JSON NULL,
      probed_at DATETIME(3) NULL,
      revision INT NOT NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, cluster_id),
      UNIQUE KEY engine_cluster_name (org_id, name),
      CONSTRAINT fk_engine_cluster_org FOREIGN KEY (org_id) REFERENCES org (org_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
