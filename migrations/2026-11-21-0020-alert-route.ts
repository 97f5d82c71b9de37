import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS alert_route (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      route_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      channel_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      environment_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
      kind VARCHAR(48) NULL,
      min_severity VARCHAR(16) NOT NULL,
      created_at DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, route_id),
      KEY alert_route_environment (org_id, environment_id),
      KEY alert_route_channel (org_id, channel_id),
      CONSTRAINT fk_alert_route_channel FOREIGN KEY (org_id, channel_id) REFERENCES alert_channel (org_id, channel_id),
      CONSTRAINT fk_alert_route_environment FOREIGN KEY (org_id, environment_id) REFERENCES engine_environment (org_id, environment_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
