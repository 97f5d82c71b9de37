import type { AnyJson } from '../lib/any-json.ts'

type Params = Record<string, AnyJson>

/**
 * How `engine_params` names what has another id in every environment:
 * `{"datasource": {"$data_source": "warehouse"}}`.
 */
export const ENGINE_NAME_TAGS = {
  $data_source: 'data_source',
  $resource: 'resource',
  $workflow: 'workflow',
  $alert_group: 'alert_group',
} as const

type Kind = (typeof ENGINE_NAME_TAGS)[keyof typeof ENGINE_NAME_TAGS]
type Rename = (
  name: string,
  place: { readonly kind: Kind; readonly path: readonly PropertyKey[] },
) => string

/** Replaces every tagged name, however deep it lies. */
export function mapEngineNames(params: Params, rename: Rename): Params {
  return mapObject(params, [], rename)
}

function mapValue(value: AnyJson, path: readonly PropertyKey[], rename: Rename): AnyJson {
  if (Array.isArray(value))
    return value.map((item, index) => mapValue(item, [...path, index], rename))
  return typeof value === 'object' && value !== null ? mapObject(value, path, rename) : value
}

function mapObject(value: Params, path: readonly PropertyKey[], rename: Rename): Params {
  const entries = Object.entries(value)
  const [only] = entries
  const kind = only && entries.length === 1 ? kindOf(only[0]) : undefined
  if (only && kind !== undefined && typeof only[1] === 'string')
    return { [only[0]]: rename(only[1], { kind, path }) }
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, mapValue(inner, [...path, key], rename)]),
  )
}

function kindOf(tag: string): Kind | undefined {
  return Object.entries(ENGINE_NAME_TAGS).find(([name]) => name === tag)?.[1]
}
