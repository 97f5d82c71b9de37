import type { EngineCode } from '#src/engine/definition.ts'
import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import { isList } from './task-params.ts'
import { lookup } from './lookup.ts'

/** Where the engine's own parameters name other tasks of the workflow; `*` is every item. */
const PATHS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  CONDITIONS: [
    ['conditionResult', 'successNode', '*'],
    ['conditionResult', 'failedNode', '*'],
    ['dependence', 'dependTaskList', '*', 'dependItemList', '*', 'depTaskCode'],
  ],
  SWITCH: [
    ['switchResult', 'nextNode'],
    ['switchResult', 'dependTaskList', '*', 'nextNode'],
  ],
}

/** Keys of tasks become codes; what is no key stays. */
export function keysToCodes(
  type: string,
  params: JsonObject,
  codes: Readonly<Record<string, EngineCode>>,
): JsonObject {
  return mapReferences(type, params, (value) => {
    const code = typeof value === 'string' ? lookup(codes, value) : undefined
    return code === undefined ? value : Number(code)
  })
}

/** Codes of tasks become keys; a code of nobody here stays. */
export function codesToKeys(
  type: string,
  params: JsonObject,
  codes: Readonly<Record<string, EngineCode>>,
): JsonObject {
  const keys = new Map(Object.entries(codes).map(([key, code]) => [code, key]))
  return mapReferences(type, params, (value) =>
    typeof value === 'number' || typeof value === 'string'
      ? (keys.get(String(value)) ?? value)
      : value,
  )
}

type Change = (value: JsonValue) => JsonValue

function mapReferences(type: string, params: JsonObject, change: Change): JsonObject {
  let mapped: JsonObject = params
  for (const path of PATHS[type] ?? []) mapped = mapObject(mapped, path, change)
  return mapped
}

function mapAt(value: JsonValue, path: readonly string[], change: Change): JsonValue {
  const [step, ...rest] = path
  if (step === undefined) return change(value)
  if (step === '*') return isList(value) ? value.map((item) => mapAt(item, rest, change)) : value
  return isObject(value) ? mapObject(value, path, change) : value
}

function mapObject(value: JsonObject, path: readonly string[], change: Change): JsonObject {
  const [step = '', ...rest] = path
  const inner = value[step]
  return inner === undefined ? value : { ...value, [step]: mapAt(inner, rest, change) }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value)
}
