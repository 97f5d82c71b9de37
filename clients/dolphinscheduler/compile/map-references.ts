import { z } from 'zod'
import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import { parseJsonText } from '../wire/fields.ts'
import { idText } from './id-text.ts'
import { referencePaths, type ReferencePath } from './reference-paths.ts'
import { isList } from './task-params.ts'

export interface ReferencePlace {
  readonly path: ReferencePath
  /** What holds the value: for a task that is waited for, this says of which workflow. */
  readonly owner: JsonObject
}
type Change = (value: JsonValue, place: ReferencePlace) => JsonValue

/** Shows every value that may be a reference; what is answered takes its place. */
export function mapReferences(type: string, params: JsonObject, change: Change): JsonObject {
  let mapped: JsonObject = params
  for (const path of referencePaths(type))
    mapped = mapObject(mapped, path.steps, (value, owner) => change(value, { path, owner }))
  return mapped
}

type Leaf = (value: JsonValue, owner: JsonObject) => JsonValue

function mapObject(owner: JsonObject, steps: readonly string[], leaf: Leaf): JsonObject {
  const [step = '', ...rest] = steps
  const inner = Object.hasOwn(owner, step) ? owner[step] : undefined
  return inner === undefined ? owner : { ...owner, [step]: mapAt(inner, rest, { leaf, owner }) }
}

function mapAt(
  value: JsonValue,
  steps: readonly string[],
  at: { readonly leaf: Leaf; readonly owner: JsonObject },
): JsonValue {
  const [step, ...rest] = steps
  if (step === undefined) return at.leaf(value, at.owner)
  if (step === '*') return isList(value) ? value.map((item) => mapAt(item, rest, at)) : value
  if (step === '{}') return mapJsonText(value, rest, at.leaf)
  return isObject(value) ? mapObject(value, steps, at.leaf) : value
}

/** JSON inside of a text; the text around a changed value stays to the letter. */
function mapJsonText(value: JsonValue, [key = '']: readonly string[], leaf: Leaf): JsonValue {
  const json = typeof value === 'string' ? JsonRecord.safeParse(parseJsonText(value)).data : null
  const inner = json?.[key]
  if (typeof value !== 'string' || !json || inner === undefined) return value
  const changed = leaf(inner, json)
  const around = changed === inner ? null : textAround(value, key, idText(inner))
  if (around === null) return value
  const [before, after] = around
  return { $text: [before, ...(partsOf(changed) ?? [changed]), after] }
}

/** null: where the value stands cannot be told. */
function textAround(
  text: string,
  key: string,
  value: string | null,
): readonly [string, string] | null {
  const [found, ...more] = text.matchAll(new RegExp(`"${key}"\\s*:\\s*"?`, 'g'))
  if (value === null || !found || more.length > 0) return null
  const start = found.index + found[0].length
  const [before, after] = [text.slice(0, start), text.slice(start + value.length)]
  const other = JsonRecord.safeParse(parseJsonText(`${before}0${after}`)).data?.[key]
  return text.startsWith(value, start) && idText(other) === '0' ? [before, after] : null
}

const JsonRecord: z.ZodType<JsonObject> = z.record(z.string(), z.json())
const Text = z.strictObject({ $text: z.array(z.json()) })

function partsOf(value: JsonValue): readonly JsonValue[] | undefined {
  return Text.safeParse(value).data?.$text
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value)
}
