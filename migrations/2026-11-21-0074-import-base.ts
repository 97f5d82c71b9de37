import { sql, type Kysely } from 'kysely'

/**
 * Which version of a workflow that is here already a definition is compared with; NULL: it becomes
 * a workflow of its own. MySQL has no ADD COLUMN IF NOT EXISTS, and a migration may be repeated.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'workflow_import_item'
      AND column_name = 'base_version'
  `.execute(db)
  if (rows.length > 0) return
  await sql`ALTER TABLE workflow_import_item ADD COLUMN base_version INT NULL`.execute(db)
}
