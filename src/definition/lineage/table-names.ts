/** What one statement does to datasets, with names as they are written. */
export interface Effects {
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  /** Names that mean something in this session only, from here on. */
  readonly temporary: readonly string[]
  /** Gone from here on. */
  readonly dropped: readonly string[]
}

export const NOTHING: Effects = { reads: [], writes: [], temporary: [], dropped: [] }

const PART = '(?:`[^`]+`|"[^"]+"|\\[[^\\]]+\\]|[\\p{L}\\p{N}_$@#-]+)'
const NAME = new RegExp(`\\s*(${PART}(?:\\s*\\.\\s*${PART}){0,3})`, 'uy')
const PARTS = new RegExp(PART, 'gu')

/** The name that begins at `at`, quotes dropped. */
export function nameAt(
  text: string,
  at: number,
): { readonly name: string; readonly end: number } | null {
  NAME.lastIndex = at
  const found = NAME.exec(text)
  if (!found) return null
  const parts = [...(found[1] ?? '').matchAll(PARTS)].map(([part]) => unquoted(part))
  return { name: parts.join('.'), end: at + found[0].length }
}

export function unquoted(part: string): string {
  return /^[`"[]/.test(part) ? part.slice(1, -1) : part
}
