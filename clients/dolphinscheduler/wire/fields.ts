import { z } from 'zod'
import type { JsonObject } from '#src/lib/json.ts'
import { isNestedDeeper } from '#src/lib/value-faults.ts'
import { lookup } from '../compile/lookup.ts'
import { parseWireDate } from '../times.ts'

/** A 64-bit number of the engine as text; one too large for a double is refused, never rounded. */
export const Code = z
  .union([z.int().transform(String), z.string().regex(/^-?\d+$/)])
  .describe('engine code')

/** A number that the engine leaves out or sets to null. */
export const intOr = (fallback: number) =>
  z
    .int()
    .nullish()
    .transform((value) => value ?? fallback)

export const textOr = (fallback: string) =>
  z
    .string()
    .nullish()
    .transform((value) => value ?? fallback)

/** No environment is -1, 0 or null, depending on who wrote it. */
export const EnvironmentCode = Code.nullish().transform((code) =>
  code === null || code === undefined || code === '-1' || code === '0' ? null : code,
)

export function wireDate(zone: string) {
  return z.string().transform((text, ctx) => {
    try {
      return parseWireDate(text, zone)
    } catch {
      ctx.addIssue(`"${text}" is not a date`)
      return z.NEVER
    }
  })
}

export function wireDateOrNull(zone: string) {
  return wireDate(zone)
    .nullish()
    .transform((at) => at ?? null)
}

/** Deeper than any definition; whatever walks an answer by recursion stays far from the stack's end. */
export const MAX_ANSWER_DEPTH = 500

/** What a JSON text holds; undefined when it holds none, or is nested without end. Objects pass. */
export function parseJsonText(text: unknown): unknown {
  if (typeof text !== 'string') return text
  try {
    const value: unknown = JSON.parse(text)
    return isNestedDeeper(value, MAX_ANSWER_DEPTH) ? undefined : value
  } catch {
    return undefined
  }
}

const JsonRecord = z.record(z.string(), z.json())

/** Fields that come as an object or as its JSON text. */
export const JsonTextObject = z
  .unknown()
  .optional()
  .transform((value, ctx): JsonObject => {
    if (value === null || value === undefined || value === '') return {}
    const parsed = JsonRecord.safeParse(parseJsonText(value))
    if (parsed.success) return parsed.data
    ctx.addIssue('not a JSON object')
    return z.NEVER
  })

/** User content: names in it are never ours to rename. */
const OPAQUE: ReadonlySet<string> = new Set([
  'taskParams',
  'conditionParams',
  'dagData',
  'globalParamMap',
  'globalParams',
])

/** Old field names → new ones, so that one schema reads every family. */
export function renameFields(value: unknown, renamed: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => renameFields(item, renamed))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      lookup(renamed, key) ?? key,
      OPAQUE.has(key) ? inner : renameFields(inner, renamed),
    ]),
  )
}
