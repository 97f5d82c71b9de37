import type { WorkflowDocument } from '#src/definition/document.ts'
import type { EngineParam } from '#src/engine/definition.ts'
import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import { lookup } from './lookup.ts'

type StartParam = WorkflowDocument['start']['params']['properties'][string]
type ScalarType = StartParam['type']

const ENGINE_TYPES: Readonly<Record<ScalarType, string>> = {
  string: 'VARCHAR',
  integer: 'LONG',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
}
const SCALAR_TYPES: Readonly<Record<string, ScalarType>> = {
  INTEGER: 'integer',
  LONG: 'integer',
  FLOAT: 'number',
  DOUBLE: 'number',
  BOOLEAN: 'boolean',
}

/**
 * Only what has a default is declared: one declared empty is overwritten when a run of 3.1 or
 * 3.2 is recovered, and an undeclared one reaches the scripts all the same.
 */
export function compileStartParams(document: WorkflowDocument): readonly EngineParam[] {
  return Object.entries(document.start.params.properties).flatMap(([name, param]) =>
    param.default === undefined
      ? []
      : [
          {
            name,
            direction: param['x-engine-direction'] ?? 'in',
            type: param['x-engine-type'] ?? ENGINE_TYPES[param.type],
            value: String(param.default),
          },
        ],
  )
}

export function decompileStartParams(params: readonly EngineParam[]): JsonObject {
  return Object.fromEntries(
    params.map(({ name, direction, type, value }): [string, JsonObject] => {
      const scalar = lookup(SCALAR_TYPES, type) ?? 'string'
      return [
        name,
        {
          type: scalar,
          default: scalarOf(scalar, value),
          ...(ENGINE_TYPES[scalar] === type ? {} : { 'x-engine-type': type }),
          ...(direction === 'out' ? { 'x-engine-direction': direction } : {}),
        },
      ]
    }),
  )
}

/** A value of the type where the text is exactly one; else the text, such as a placeholder. */
function scalarOf(type: ScalarType, text: string): JsonValue {
  if (type === 'boolean') return text === 'true' || (text === 'false' ? false : text)
  if (type === 'string') return text
  const value = Number(text)
  const isExact = Number.isFinite(value) && String(value) === text
  return isExact && (type === 'number' || Number.isSafeInteger(value)) ? value : text
}
