import type { Statement } from './statements.ts'

const ON_COMMIT = /\bon\s+commit\s+(?:drop|delete\s+rows|preserve\s+rows)\b/i
const STATEMENT_SET = /^\s*(?:execute\s+statement\s+set\s+begin\b|begin\s+statement\s+set\b)/i
const WORD = /[A-Za-z_]+|[()]/g

/**
 * Forms that the parser does not know, as ones with the same datasets that it does: Hive's
 * `FROM a INSERT … INSERT …`, PostgreSQL's `DELETE … USING`, Flink's statement sets.
 */
export function rewritten(statement: Statement): readonly string[] {
  const { text, shape } = withoutClauses(statement)
  const words = wordsAtTop(shape)
  const first = words[0]?.word
  const inserts = words.filter(({ word }) => word === 'insert').map(({ at }) => at)
  const from = words.find(({ word }) => word === 'from')
  const isHeadedByFrom =
    from !== undefined &&
    inserts.length > 0 &&
    from.at < (inserts[0] ?? 0) &&
    (first === 'from' || (first === 'with' && !wordsBefore(words, from.at).includes('select')))
  if (isHeadedByFrom) {
    return [
      `${text.slice(0, from.at)} SELECT * ${text.slice(from.at, inserts[0])}`,
      ...inserts.map((at, index) => text.slice(at, inserts[index + 1])),
    ]
  }
  const using = words.find(({ word }) => word === 'using')
  if (first === 'delete' && using) {
    const end = words.find(({ word }) => word === 'returning')?.at
    return [text.slice(0, using.at), `SELECT * FROM ${text.slice(using.at + 'using'.length, end)}`]
  }
  return [text]
}

function withoutClauses({ text, shape }: Statement): Statement {
  for (const clause of [ON_COMMIT, STATEMENT_SET]) {
    const found = clause.exec(shape)
    if (!found) continue
    const cut = (from: string): string =>
      `${from.slice(0, found.index)} ${from.slice(found.index + found[0].length)}`
    return { text: cut(text), shape: cut(shape) }
  }
  return { text, shape }
}

interface Word {
  readonly word: string
  readonly at: number
}

/** Words outside of every parenthesis, in small letters. */
function wordsAtTop(shape: string): readonly Word[] {
  const words: Word[] = []
  let depth = 0
  for (const { 0: word, index: at } of shape.matchAll(WORD)) {
    if (word === '(') depth += 1
    else if (word === ')') depth -= 1
    else if (depth === 0) words.push({ word: word.toLowerCase(), at })
  }
  return words
}

function wordsBefore(words: readonly Word[], end: number): readonly string[] {
  return words.filter(({ at }) => at < end).map(({ word }) => word)
}
