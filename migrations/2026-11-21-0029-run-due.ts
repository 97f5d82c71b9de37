import { sql, type Kysely } from 'kysely'

/** An index that begins with the state tempts the list of runs to read all of a state and sort it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'workflow_instance_cache'
      AND index_name = 'workflow_instance_cache_due'
  `.execute(db)
  if (rows.length > 0) return
  await sql`
    ALTER TABLE workflow_instance_cache
    DROP KEY workflow_instance_cache_work,
    ADD KEY workflow_instance_cache_due (next_attempt_at, state)
  `.execute(db)
}
