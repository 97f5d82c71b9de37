/** Values whose inside is the user's own. */
const OPAQUE: ReadonlySet<string> = new Set([
  'globalParamList',
  'globalParamMap',
  'taskParams',
  'conditionParams',
  'taskParamMap',
])

/** Keys and kinds of values; of a list its first item stands for all. */
export function shapeOf(value: unknown, key = ''): unknown {
  if (value === null) return 'null'
  if (OPAQUE.has(key)) return typeof value
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])]
  if (typeof value !== 'object') return typeof value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]: [string, unknown]) => [name, shapeOf(inner, name)]),
  )
}
