/** `${x}` and `!{x}` are the engine's values, `$[yyyyMMdd-1]` is its date arithmetic. */
const PLACEHOLDER = /[$!]\{[^{}]*\}|\$\[[^[\]]*\]/g

export interface Masked {
  readonly text: string
  /** Puts the placeholders back into a name that came out of the masked text. */
  readonly unmask: (name: string) => string
}

/**
 * Placeholders as identifiers that no grammar minds, wherever they stand: alone, inside a name,
 * inside quotes.
 */
export function maskPlaceholders(text: string): Masked {
  let prefix = 'zq'
  while (text.toLowerCase().includes(prefix)) prefix += 'q'
  const originals: string[] = []
  const masked = text.replace(PLACEHOLDER, (original) => {
    originals.push(original)
    return `${prefix}${originals.length - 1}_`
  })
  if (originals.length === 0) return { text, unmask: (name) => name }
  const mark = new RegExp(`${prefix}(\\d+)_`, 'gi')
  return {
    text: masked,
    unmask: (name) => name.replace(mark, (mark_, index) => originals[Number(index)] ?? mark_),
  }
}
