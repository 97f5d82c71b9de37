import type { Statement } from './statements.ts'
import { nameAt, NOTHING, type Effects } from './table-names.ts'

/** Statements that move no rows, told by how they begin. */
const NO_ROWS =
  /^\s*(?:use\s+catalog|reset|add\s+(?:jars?|files?|archives?)|remove\s+jar|msck|analyze|grant|revoke|commit|rollback|start\s+transaction|begin(?:\s+(?:transaction|work|statement\s+set))?\s*$|end\s*$|show|desc(?:ribe)?|uncache|clear\s+cache|refresh\s+table|invalidate|comment\s+on|vacuum|optimize|lock|unlock|reload|(?:create|drop|alter)\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?(?:database|schema|function|(?:unique\s+)?index|role|user|sequence|catalog|type|extension)|drop\s+(?:temporary\s+|materialized\s+)?view)\b/i
const SELECT = /\bselect\b/i
const SET = /^\s*set\b/i
const USE = /^\s*use\s+(?:schema\s+|database\s+)?(?=\S)/i
const CREATE_TABLE =
  /^\s*create\s+(?:or\s+replace\s+)?((?:temporary|temp|global|local|volatile|external|transient|unlogged)\s+)*table\s+(?:if\s+not\s+exists\s+)?/i
const TEMPORARY = /\b(?:temporary|temp|volatile)\s/i
/** Where it takes rows from: then the parser looks at it. */
const WITH_ROWS =
  /^\s*(?:(?:deep|shallow)\s+)?(?:clone|copy)\b|\bselect\b|\bas\s+(?:\(|(?:table|with|from|values)\b)/i
const DROP_TABLE = /^\s*drop\s+(?:temporary\s+)?table\s+(?:if\s+exists\s+)?/i
const ALTER_TABLE = /^\s*alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?/i
const PARTITIONS = /^\s*(?:add|drop|truncate)\s+(?:if\s+(?:not\s+)?exists\s+)?partition\b/i
const RENAMED = /^\s*rename\s+(?:to\s+|as\s+)?(?!column\b|index\b|partition\b|constraint\b)/i
const COLUMNS =
  /^\s*(?:add|drop|modify|change|alter|set|unset|rename\s+(?:column|index|constraint)|replace\s+columns|comment|engine|convert|owner|cluster|enable|disable|recover|touch|auto_increment|compact)\b/i
const OTHER_TABLE = /\b(?:exchange|attach|move|switch|select|delete|update|insert|from)\b/i
const RENAME_TABLE = /^\s*rename\s+table\s+/i
const TRUNCATE = /^\s*truncate\s+(?:table\s+)?(?:if\s+exists\s+)?(?:only\s+)?/i
const LOAD =
  /^\s*load\s+data\s+(?:(?:low_priority|concurrent|local)\s+)*in(?:path|file)\s+(?:'[^']*'|"[^"]*")\s+(?:(?:overwrite|replace|ignore)\s+)?into\s+table\s+/i

export interface PlainEffects extends Effects {
  /** Names without a schema are of this one from here on. */
  readonly schema?: string
}

/**
 * Statements whose effect their head says, which parsers know least of: every engine has its own
 * definition language. null: a parser has to look at it.
 */
export function plainEffects({ text, shape }: Statement): PlainEffects | null {
  if (NO_ROWS.test(shape)) return NOTHING
  if (SET.test(shape)) return SELECT.test(shape) ? null : NOTHING
  const used = nameAfter(text, shape, USE)
  if (used) return { ...NOTHING, schema: used.name }
  const created = nameAfter(text, shape, CREATE_TABLE)
  if (created) {
    if (WITH_ROWS.test(shape.slice(created.end))) return null
    const isTemporary = TEMPORARY.test(CREATE_TABLE.exec(shape)?.[0] ?? '')
    return isTemporary ? { ...NOTHING, temporary: [created.name] } : NOTHING
  }
  if (DROP_TABLE.test(shape)) return { ...NOTHING, dropped: namesIn(text, shape, DROP_TABLE) }
  if (ALTER_TABLE.test(shape)) return effectsOfAlter(text, shape)
  if (RENAME_TABLE.test(shape)) return effectsOfRename(text, shape)
  if (TRUNCATE.test(shape)) return { ...NOTHING, writes: namesIn(text, shape, TRUNCATE) }
  const loaded = nameAfter(text, shape, LOAD)
  return loaded ? { ...NOTHING, writes: [loaded.name] } : null
}

function effectsOfAlter(text: string, shape: string): Effects | null {
  const table = nameAfter(text, shape, ALTER_TABLE)
  if (!table) return null
  const rest = shape.slice(table.end)
  if (OTHER_TABLE.test(rest)) return null
  if (PARTITIONS.test(rest)) return { ...NOTHING, writes: [table.name] }
  const head = RENAMED.exec(rest)?.[0]
  const renamed = head === undefined ? null : nameAt(text, table.end + head.length)
  if (renamed) return { ...NOTHING, reads: [table.name], writes: [renamed.name] }
  return COLUMNS.test(rest) ? NOTHING : null
}

/** `RENAME TABLE a TO b, c TO d` */
function effectsOfRename(text: string, shape: string): Effects | null {
  const reads: string[] = []
  const writes: string[] = []
  let at = RENAME_TABLE.exec(shape)?.[0].length ?? 0
  for (;;) {
    const from = nameAt(text, at)
    const to = from && /^\s+to\s/i.exec(shape.slice(from.end))
    const target = from && to ? nameAt(text, from.end + to[0].length) : null
    if (!from || !target) return null
    reads.push(from.name)
    writes.push(target.name)
    const comma = /^\s*,/.exec(shape.slice(target.end))
    if (!comma) return { ...NOTHING, reads, writes }
    at = target.end + comma[0].length
  }
}

function nameAfter(text: string, shape: string, head: RegExp) {
  const found = head.exec(shape)
  return found ? nameAt(text, found[0].length) : null
}

function namesIn(text: string, shape: string, head: RegExp): readonly string[] {
  const first = nameAfter(text, shape, head)
  const names: string[] = []
  for (let next = first; next;) {
    names.push(next.name)
    const comma = /^\s*,/.exec(shape.slice(next.end))
    next = comma ? nameAt(text, next.end + comma[0].length) : null
  }
  return names
}
