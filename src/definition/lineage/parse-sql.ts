import { Dialect, parse } from '@polyglot-sql/sdk'
import { mentionsAll } from './mentions.ts'
import { plainEffects } from './plain-statements.ts'
import { maskPlaceholders } from './placeholders.ts'
import { rewritten } from './rewrite.ts'
import { splitStatements, type Lexis, type Statement } from './statements.ts'
import { NOTHING, type Effects } from './table-names.ts'
import { effectsOfTree } from './tree-effects.ts'

export interface SqlDatasets {
  /** As written, placeholders included; each once, the case of its first mention. */
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  /** Some of it could not be read: there may be more. */
  readonly isUnknown: boolean
}

/** Longer than anybody writes by hand; the parser's time grows with it. */
export const MAX_SQL_LENGTH = 100_000
/** Characters given to the parser for one script at most, over all dialects: a second at the worst. */
const MAX_PARSED_LENGTH = 120_000
/** What a statement costs beside its length. */
const PER_STATEMENT = 200
/** After each `<` the parser looks whether a type begins there, over all that follows. */
const PER_LESS_THAN = 1 / 8

interface Candidate extends Lexis {
  readonly dialect: Dialect
}

const STANDARD: Lexis = { hasBackslash: false, hasHash: false, hasDollarQuotes: false }
const BACKSLASH: Lexis = { ...STANDARD, hasBackslash: true }

/** A task names its data source, whose kind is the environment's matter: so each is tried. */
const CANDIDATES: readonly Candidate[] = [
  { ...BACKSLASH, dialect: Dialect.Hive },
  { ...BACKSLASH, hasHash: true, dialect: Dialect.MySQL },
  { ...STANDARD, hasDollarQuotes: true, dialect: Dialect.PostgreSQL },
  { ...BACKSLASH, dialect: Dialect.Spark },
  { ...STANDARD, dialect: Dialect.Trino },
  { ...STANDARD, dialect: Dialect.Generic },
  { ...BACKSLASH, dialect: Dialect.Doris },
  { ...BACKSLASH, dialect: Dialect.ClickHouse },
  { ...STANDARD, dialect: Dialect.Oracle },
  { ...STANDARD, dialect: Dialect.TSQL },
]

/** Where these stand, dialects do not agree on what is a string, a name or a comment. */
const READ_DIFFERENTLY = /[\\"#]|\$\$|--\S/

/**
 * The datasets that a script reads and writes. The first dialect that understands all of it tells;
 * where dialects may read the same text differently, all that understand it have to agree.
 */
export function datasetsOfSql(sql: string): SqlDatasets {
  const { text, unmask } = maskPlaceholders(sql)
  if (text.length > MAX_SQL_LENGTH) return { reads: [], writes: [], isUnknown: true }
  const needsAgreement = READ_DIFFERENTLY.test(text)
  const budget = { left: MAX_PARSED_LENGTH }
  let best: Script | null = null
  for (const candidate of CANDIDATES) {
    if (budget.left <= 0) break
    const script = readScript(text, candidate, budget)
    if (!script) continue
    if (best?.misses === 0 && script.misses === 0 && !isSame(best, script))
      return { reads: [], writes: [], isUnknown: true }
    if (!best || script.misses < best.misses) best = script
    if (best.misses === 0 && !needsAgreement) break
  }
  if (!best) return { reads: [], writes: [], isUnknown: true }
  return {
    reads: [...best.reads.values()].map((name) => unmask(name)),
    writes: [...best.writes.values()].map((name) => unmask(name)),
    isUnknown: best.misses > 0,
  }
}

interface Script {
  /** By the name in small letters. */
  readonly reads: Map<string, string>
  readonly writes: Map<string, string>
  misses: number
}

function isSame(a: Script, b: Script): boolean {
  const keys = ({ reads, writes }: Script): string =>
    JSON.stringify([[...reads.keys()].sort(), [...writes.keys()].sort()])
  return keys(a) === keys(b)
}

/** No table, whatever the engine calls it: Oracle's and MySQL's one row, variables, `#temporary`. */
const NO_DATASET = /^(?:dual|[#@].*)$/i

interface Budget {
  left: number
}

function readScript(sql: string, candidate: Candidate, budget: Budget): Script | null {
  const statements = splitStatements(sql, candidate)
  if (!statements) return null
  const script: Script = { reads: new Map(), writes: new Map(), misses: 0 }
  const session = { schema: '', temporary: new Set<string>() }
  const named = (name: string): string =>
    session.schema === '' || name.includes('.') ? name : `${session.schema}.${name}`
  const add = (to: Map<string, string>, names: readonly string[]): void => {
    for (const name of names) {
      const key = name.toLowerCase()
      if (NO_DATASET.test(name) || session.temporary.has(key)) continue
      if (!to.has(named(name).toLowerCase())) to.set(named(name).toLowerCase(), named(name))
    }
  }
  for (const statement of statements) {
    const plain = plainEffects(statement)
    const effects = plain ?? parsedEffects(statement, candidate.dialect, budget)
    if (!effects) {
      script.misses += 1
      continue
    }
    add(script.reads, effects.reads)
    for (const name of effects.temporary) session.temporary.add(name.toLowerCase())
    add(script.writes, effects.writes)
    for (const name of effects.dropped) forget(script, named(name).toLowerCase())
    if (plain?.schema !== undefined) session.schema = plain.schema
  }
  return script
}

/** Made and dropped by the same script: it was never there for anybody else. */
function forget(script: Script, key: string): void {
  if (!script.writes.delete(key)) return
  script.reads.delete(key)
}

function parsedEffects(statement: Statement, dialect: Dialect, budget: Budget): Effects | null {
  let all: Effects = NOTHING
  const lessThans = statement.shape.split('<').length - 1
  for (const text of rewritten(statement)) {
    budget.left -= text.length * (1 + lessThans * PER_LESS_THAN) + PER_STATEMENT
    if (budget.left < 0) return null
    const effects = parseOne(text, dialect)
    if (!effects) return null
    all = {
      reads: [...all.reads, ...effects.reads],
      writes: [...all.writes, ...effects.writes],
      temporary: [...all.temporary, ...effects.temporary],
      dropped: [],
    }
  }
  return mentionsAll(statement, all) ? all : null
}

function parseOne(text: string, dialect: Dialect): Effects | null {
  try {
    const result = parse(text, dialect)
    if (!result.success || !Array.isArray(result.ast) || result.ast.length !== 1) return null
    return effectsOfTree(result.ast[0])
  } catch {
    // Whatever the parser dies of, the statement is one that it does not know.
    return null
  }
}
