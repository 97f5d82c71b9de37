/** How a family of dialects writes strings and comments. */
export interface Lexis {
  /** A backslash in a string takes away the meaning of what follows it. */
  readonly hasBackslash: boolean
  /** `#` begins a comment, and `--` only where a space follows. */
  readonly hasHash: boolean
  /** `$tag$ … $tag$` is a string. */
  readonly hasDollarQuotes: boolean
}

export interface Statement {
  /** Without comments; as long as `shape`. */
  readonly text: string
  /** The same with the inside of every string and quoted name blank: keywords here are keywords. */
  readonly shape: string
}

const DOLLAR_QUOTE = /\$[A-Za-z_]*\$/y

/** Cuts a script at its semicolons. null: a string or comment never ends, or hides code (`/*! … *\/`). */
export function splitStatements(sql: string, lexis: Lexis): readonly Statement[] | null {
  const statements: Statement[] = []
  let text = ''
  let shape = ''
  for (let at = 0; at < sql.length;) {
    const piece = pieceAt(sql, at, lexis)
    if (piece === null) return null
    const found = sql.slice(at, piece.end)
    // To the parser it would begin a comment.
    const raw = found === '--' ? '- -' : found
    at = piece.end
    if (piece.kind === 'end') {
      statements.push({ text, shape })
      text = ''
      shape = ''
    } else {
      text += piece.kind === 'comment' ? blank(raw, 'comment') : raw
      shape += piece.kind === 'code' ? raw : blank(raw, piece.kind)
    }
  }
  return [...statements, { text, shape }].filter((statement) => statement.text.trim() !== '')
}

/** A comment is a space; of something quoted the quotes stay. */
function blank(raw: string, kind: 'comment' | 'quoted'): string {
  return kind === 'comment'
    ? ' '.repeat(raw.length)
    : `${raw[0]}${' '.repeat(raw.length - 2)}${raw.at(-1)}`
}

interface Piece {
  readonly kind: 'code' | 'comment' | 'quoted' | 'end'
  readonly end: number
}

const CODE = /[^;'"`#$/-]+/y

function pieceAt(sql: string, at: number, lexis: Lexis): Piece | null {
  const char = sql[at] ?? ''
  const two = sql.slice(at, at + 2)
  if (char === ';') return { kind: 'end', end: at + 1 }
  if (char === "'" || char === '"' || char === '`') return quotedAt(sql, at, lexis)
  const isDashed = two === '--' && (!lexis.hasHash || /^\s?$/.test(sql.slice(at + 2, at + 3)))
  if (isDashed || (char === '#' && lexis.hasHash)) {
    const end = sql.indexOf('\n', at)
    return { kind: 'comment', end: end === -1 ? sql.length : end }
  }
  if (two === '--') return { kind: 'code', end: at + 2 }
  if (two === '/*') {
    const end = sql.indexOf('*/', at + 2)
    return end === -1 || sql[at + 2] === '!' ? null : { kind: 'comment', end: end + 2 }
  }
  if (char === '$' && lexis.hasDollarQuotes) {
    DOLLAR_QUOTE.lastIndex = at
    const tag = DOLLAR_QUOTE.exec(sql)?.[0]
    if (tag !== undefined) {
      const end = sql.indexOf(tag, at + tag.length)
      return end === -1 ? null : { kind: 'quoted', end: end + tag.length }
    }
  }
  CODE.lastIndex = at
  return { kind: 'code', end: at + (CODE.exec(sql)?.[0].length ?? 1) }
}

/** A doubled quote needs no care: two quoted pieces side by side are as good as one. */
function quotedAt(sql: string, at: number, { hasBackslash }: Lexis): Piece | null {
  const quote = sql[at]
  for (let end = at + 1; end < sql.length; end++) {
    if (sql[end] === quote) return { kind: 'quoted', end: end + 1 }
    if (sql[end] === '\\' && hasBackslash && quote !== '`') end += 1
  }
  return null
}
