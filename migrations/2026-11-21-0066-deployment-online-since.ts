import { sql, type Kysely } from 'kysely'

/**
 * Since when the version is there online without a break; null: it is not. MySQL has no ADD COLUMN
 * IF NOT EXISTS, and a migration may be repeated.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'workflow_deployment'
      AND column_name = 'online_since'
  `.execute(db)
  if (rows.length > 0) return
  await sql`ALTER TABLE workflow_deployment ADD COLUMN online_since DATETIME(3) NULL`.execute(db)
}
