import type { Statement } from './statements.ts'
import { nameAt, type Effects } from './table-names.ts'

/** Not where an operator has the word: `is distinct from t.x`. */
const READ_FROM = /(?<!\bdistinct\s+)\b(?:from|join)\s+(?:only\s+)?/gi
const WRITTEN_INTO = /\binto\s+(?:table\s+)?/gi
/** `extract(day from t.at)` */
const IN_FUNCTION = /\b(?:extract|substr|substring|trim|overlay|position)\s*\([^()]*$/i
/** How far back such a function is looked for. */
const BEFORE = 200

/**
 * Whether every qualified name behind FROM, JOIN and INTO is among the effects. A parser that minds
 * little passes over what it does not know; then nothing of the statement is believed.
 */
export function mentionsAll(statement: Statement, effects: Effects): boolean {
  const known = new Set(
    [...effects.reads, ...effects.writes, ...effects.temporary].map((name) => name.toLowerCase()),
  )
  const { shape } = statement
  const read = namesBehind(statement, READ_FROM).filter(
    ({ at, end }) =>
      !/^\s*\(/.test(shape.slice(end, end + BEFORE)) &&
      !IN_FUNCTION.test(shape.slice(Math.max(0, at - BEFORE), at)),
  )
  const written = namesBehind(statement, WRITTEN_INTO)
  return [...read, ...written].every(({ name }) => known.has(name.toLowerCase()))
}

function namesBehind({ text, shape }: Statement, word: RegExp) {
  return [...shape.matchAll(word)].flatMap(({ 0: found, index: at }) => {
    const name = nameAt(text, at + found.length)
    return name?.name.includes('.') ? [{ ...name, at }] : []
  })
}
