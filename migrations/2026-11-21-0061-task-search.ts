import { sql, type Kysely } from 'kysely'

/** As of workflows (0060), with what tasks are filtered by. MySQL has no ADD COLUMN IF NOT EXISTS, and a migration may be repeated. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'data_task' AND column_name = 'search_text'
  `.execute(db)
  if (rows.length > 0) return
  await sql`
    ALTER TABLE data_task
    ADD COLUMN search_text VARBINARY(929)
      GENERATED ALWAYS AS (CAST(LOWER(CONCAT(task_key, '\\n', name)) AS BINARY))
      STORED INVISIBLE,
    ADD KEY data_task_listed (org_id, workflow_id, task_key, search_text, type, owner)
  `.execute(db)
}
