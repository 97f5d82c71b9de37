import { sql, type Kysely } from 'kysely'

/**
 * What was read back beside the definition, and which names its ids stand for, so that a diff with
 * what runs can say them. MySQL has no ADD COLUMN IF NOT EXISTS, and a migration may be repeated.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'workflow_deployment'
      AND column_name = 'bound_names'
  `.execute(db)
  if (rows.length > 0) return
  await sql`
    ALTER TABLE workflow_deployment
    ADD COLUMN live_schedule JSON NULL, ADD COLUMN bound_names JSON NULL
  `.execute(db)
}
