/** What a task's own text has to say of its data: SQL, nothing at all, or what nobody can read. */
export type TaskText =
  | {
      readonly kind: 'sql'
      readonly sql: string
      /** Written besides. */
      readonly target: string | null
    }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown' }

/** Statements of the same session one after another. A line break ends a comment that one ends in. */
export function sqlText(statements: readonly string[], target?: string): TaskText {
  const sql = statements.filter((text) => text.trim() !== '').join('\n;\n')
  return { kind: 'sql', sql, target: target?.replaceAll(/[`"[\]]/g, '') ?? null }
}
