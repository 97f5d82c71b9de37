import { z } from 'zod'
import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import { lookup } from './lookup.ts'
import { compareText } from './order.ts'

/** One entry of `localParams`. */
export interface LocalParam {
  readonly prop: string
  readonly direct: 'IN' | 'OUT'
  readonly type: string
  readonly value: string
}

const Entry = z.strictObject({
  prop: z.string().max(255),
  direct: z.string().nullish(),
  type: z.string().nullish(),
  value: z.json().optional(),
})

/** Each entry by itself; what a document cannot say (`prop` is missing) stays as it is. */
export function readLocalParams(params: JsonObject): {
  readonly said: readonly LocalParam[]
  readonly rest: readonly JsonValue[]
} {
  const said: LocalParam[] = []
  const rest: JsonValue[] = []
  for (const entry of listOf(params['localParams'])) {
    const parsed = Entry.safeParse(entry)
    if (parsed.success) said.push(localParam(parsed.data))
    else if (entry !== null) rest.push(withoutNullsDeep(entry))
  }
  return { said: inputsFirst(said), rest }
}

function localParam({ prop, direct, type, value }: z.output<typeof Entry>): LocalParam {
  return {
    prop,
    direct: direct === 'OUT' ? 'OUT' : 'IN',
    type: type ?? 'VARCHAR',
    value: typeof value === 'string' ? value : textOf(value),
  }
}

/** Their order means nothing to the engine. */
function inputsFirst(params: readonly LocalParam[]): readonly LocalParam[] {
  return [
    ...params.filter(({ direct }) => direct === 'IN'),
    ...params.filter(({ direct }) => direct === 'OUT'),
  ]
}

/**
 * The same content as the same JSON: keys in order; null, "" and missing are one; the two lists
 * that the engine wants in every task are there.
 */
export function canonicalParams(type: string, params: JsonObject): JsonObject {
  const filled: Record<string, JsonValue> = { ...lookup(DEFAULTS, type) }
  for (const [key, value] of Object.entries(withoutNulls(params))) {
    if (value !== '') filled[key] = value
  }
  const { said, rest } = readLocalParams(params)
  const complete = {
    ...filled,
    localParams: [...said.map((param) => ({ ...param })), ...rest],
    resourceList: filled['resourceList'] ?? [],
    ...(type === 'HTTP' ? { httpParams: sortedHttpParams(filled['httpParams']) } : {}),
  }
  return sortKeys(complete)
}

/** What the engine assumes where nothing is said, as far as its own pages write it out. */
const DEFAULTS: Readonly<Record<string, JsonObject>> = {
  SQL: { preStatements: [], postStatements: [], sqlType: '0' },
  HTTP: {
    httpMethod: 'GET',
    httpParams: [],
    httpCheckCondition: 'STATUS_CODE_DEFAULT',
    connectTimeout: 60_000,
  },
}

const HttpParam = z.looseObject({
  prop: z.string().catch(''),
  httpParametersType: z.string().catch(''),
  value: z.string().catch(''),
})

function sortedHttpParams(value: JsonValue | undefined): readonly JsonValue[] {
  if (!isList(value)) return []
  const key = (item: JsonValue): string => {
    const { httpParametersType, prop, value: text } = HttpParam.catch(NO_HTTP_PARAM).parse(item)
    return JSON.stringify([httpParametersType, prop, text])
  }
  return value.toSorted((a, b) => compareText(key(a), key(b)))
}

const NO_HTTP_PARAM = { prop: '', httpParametersType: '', value: '' }

function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, withoutNullsDeep(inner)]),
  )
}

function withoutNullsDeep(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(withoutNullsDeep)
  return typeof value === 'object' && value !== null ? withoutNulls(value) : value
}

function sortKeys(value: JsonObject): JsonObject {
  const entries = Object.entries(value).sort(([a], [b]) => compareText(a, b))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeysDeep(inner)]))
}

function sortKeysDeep(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(sortKeysDeep)
  return typeof value === 'object' && value !== null ? sortKeys(value) : value
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : []
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : JSON.stringify(value)
}
