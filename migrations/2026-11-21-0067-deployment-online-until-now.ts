import { sql, type Kysely } from 'kysely'

/** Of what is online already only the last change is known: it counts from there. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    UPDATE workflow_deployment SET online_since = updated_at
    WHERE is_online = 1 AND online_since IS NULL AND (drift_state IS NULL OR drift_state = 'in_sync')
  `.execute(db)
}
