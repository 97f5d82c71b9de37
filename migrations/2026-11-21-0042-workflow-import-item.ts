import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS workflow_import_item (
      org_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      import_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      item_no INT NOT NULL,
      engine_code VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      name VARCHAR(255) NOT NULL,
      workflow_id VARCHAR(128) NOT NULL,
      state VARCHAR(16) NOT NULL,
      is_chosen BOOLEAN NOT NULL DEFAULT FALSE,
      live LONGTEXT NULL,
      task_codes LONGTEXT NULL,
      document LONGTEXT NULL,
      notes JSON NULL,
      error JSON NULL,
      updated_at DATETIME(3) NOT NULL,
      PRIMARY KEY (org_id, import_id, item_no),
      UNIQUE KEY workflow_import_item_code (org_id, import_id, engine_code),
      KEY workflow_import_item_state (org_id, import_id, state, item_no),
      CONSTRAINT fk_workflow_import_item_import FOREIGN KEY (org_id, import_id) REFERENCES workflow_import (org_id, import_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
  `.execute(db)
}
