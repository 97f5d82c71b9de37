import { sql, type Kysely } from 'kysely'

/**
 * Keys and names of all tasks of a workflow, in small letters and as bytes: a search finds the few
 * workflows first. NULL: the tasks have to be looked at. MySQL has no ADD COLUMN IF NOT EXISTS, and a
 * migration may be repeated.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'workflow_projection' AND column_name = 'task_text'
  `.execute(db)
  if (rows.length > 0) return
  await sql`ALTER TABLE workflow_projection ADD COLUMN task_text MEDIUMBLOB NULL INVISIBLE`.execute(
    db,
  )
}
