import { sql, type Kysely } from 'kysely'

/** MySQL has no ADD COLUMN IF NOT EXISTS, and a migration may be repeated. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'engine_cluster'
      AND column_name = 'max_calls_per_second'
  `.execute(db)
  if (rows.length > 0) return
  await sql`
    ALTER TABLE engine_cluster
    ADD COLUMN max_calls_per_second INT NOT NULL DEFAULT 100,
    ADD COLUMN max_concurrent_calls INT NOT NULL DEFAULT 16
  `.execute(db)
}
