import { sql, type Kysely } from 'kysely'

/** Names of tasks are as long as the engine's. One statement: a migration may be repeated. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE data_task
    MODIFY COLUMN name VARCHAR(255) NOT NULL,
    MODIFY COLUMN search_text VARBINARY(1149)
      GENERATED ALWAYS AS (CAST(LOWER(CONCAT(task_key, '\\n', name)) AS BINARY))
      STORED INVISIBLE
  `.execute(db)
}
