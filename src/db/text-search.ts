import { sql, type RawBuilder } from 'kysely'

/** The column that migrations 0060 and 0061 derive holds these words, in any case and literally. */
export function holdsText(alias: string, words: string): RawBuilder<boolean> {
  return sql<boolean>`INSTR(${sql.ref(`${alias}.search_text`)}, CAST(LOWER(${words}) AS BINARY)) > 0`
}
