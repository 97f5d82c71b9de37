import { sql, type RawBuilder } from 'kysely'

/** As columns that are searched hold it: compared as bytes, no character has a meaning of its own. */
export function searchable(text: string): RawBuilder<Buffer> {
  return sql<Buffer>`CAST(LOWER(${text}) AS BINARY)`
}

/** Whether such a column holds these words, in any case. */
export function holdsText(column: string, words: string): RawBuilder<boolean> {
  return sql<boolean>`INSTR(${sql.ref(column)}, ${searchable(words)}) > 0`
}
