import { sql, type Kysely } from 'kysely'

/**
 * What a search looks through, in small letters and as bytes: comparing those is quick and knows no
 * wildcards. The server keeps it, so it is never behind; invisible, so that nobody copies it. The
 * keys are narrow: a row has its draft in it. MySQL has no ADD COLUMN IF NOT EXISTS, and a migration
 * may be repeated.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'data_workflow' AND column_name = 'search_text'
  `.execute(db)
  if (rows.length > 0) return
  await sql`
    ALTER TABLE data_workflow
    ADD COLUMN search_text VARBINARY(2174)
      GENERATED ALWAYS AS (CAST(LOWER(CONCAT(workflow_id, '\\n', name, '\\n', description)) AS BINARY))
      STORED INVISIBLE,
    ADD KEY data_workflow_listed (org_id, deleted_at, workflow_id, latest_version, search_text),
    ADD KEY data_workflow_owned (org_id, deleted_at, owner, workflow_id),
    ADD KEY data_workflow_recent (org_id, deleted_at, updated_at, workflow_id, latest_version, search_text),
    DROP KEY data_workflow_updated
  `.execute(db)
}
