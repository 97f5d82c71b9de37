import { sql, type Kysely } from 'kysely'

/** MySQL has no ADD COLUMN IF NOT EXISTS, and a migration may be repeated. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'alert_route' AND column_name = 'send_resolved'
  `.execute(db)
  if (rows.length > 0) return
  await sql`ALTER TABLE alert_route ADD COLUMN send_resolved BOOLEAN NOT NULL DEFAULT TRUE`.execute(
    db,
  )
}
