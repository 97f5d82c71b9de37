import { sql, type Kysely } from 'kysely'

/**
 * In which order items are adopted: what others need comes first. 0: chosen before there was an
 * order. MySQL has no ADD COLUMN IF NOT EXISTS, and a migration may be repeated.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'workflow_import_item'
      AND column_name = 'group_no'
  `.execute(db)
  if (rows.length > 0) return
  await sql`
    ALTER TABLE workflow_import_item
    ADD COLUMN group_no INT NOT NULL DEFAULT 0,
    ADD KEY workflow_import_item_group (org_id, import_id, state, is_chosen, group_no)
  `.execute(db)
}
