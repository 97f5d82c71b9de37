import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS alert_delivery (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      delivery_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      alert_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      channel_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      event VARCHAR(16) NOT NULL,
      state VARCHAR(16) NOT NULL,
      attempts INT NOT NULL,
      next_attempt_at DATETIME(3) NULL,
      lease_owner VARCHAR(64) NULL,
      lease_until DATETIME(3) NULL,
      last_error JSON NULL,
      created_at DATETIME(3) NOT NULL,
      sent_at DATETIME(3) NULL,
      PRIMARY KEY (org_id, delivery_id),
      UNIQUE KEY alert_delivery_once (org_id, alert_id, channel_id, event),
      KEY alert_delivery_due (state, next_attempt_at),
      KEY alert_delivery_channel (org_id, channel_id),
      CONSTRAINT fk_alert_delivery_alert FOREIGN KEY (org_id, alert_id) REFERENCES alert (org_id, alert_id),
      CONSTRAINT fk_alert_delivery_channel FOREIGN KEY (org_id, channel_id) REFERENCES alert_channel (org_id, channel_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
