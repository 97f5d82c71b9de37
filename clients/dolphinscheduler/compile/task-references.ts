import { z } from 'zod'
import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import { parseJsonText } from '../wire/fields.ts'
import type { TaskContext } from './context.ts'
import { lookup } from './lookup.ts'
import { referencePaths, type ReferencePath } from './reference-paths.ts'
import { isList } from './task-params.ts'
import { bindDataSource, nameDataSource } from './tasks/data-source.ts'
import { bindResource, nameResource } from './tasks/resources.ts'

/** How `engine_params` names what has another id in every environment; tasks stand as plain keys. */
const Tagged = z.union([
  z.strictObject({ $data_source: z.string() }),
  z.strictObject({ $resource: z.string() }),
  z.strictObject({ $workflow: z.string() }),
  z.strictObject({ $project: z.literal('own') }),
  z.strictObject({ $alert_group: z.string() }),
])

/** Names become ids and codes of this environment; what is no reference stays. */
export function bindReferences(type: string, params: JsonObject, context: TaskContext): JsonObject {
  return mapReferences(type, params, (value, path) => bindOne(value, { path, context }))
}

/** Ids and codes become names where one is known; anything else stays. */
export function nameReferences(type: string, params: JsonObject, context: TaskContext): JsonObject {
  return mapReferences(type, params, (value, path) => nameOne(value, path, context))
}

function bindOne(
  value: JsonValue,
  { path, context }: { readonly path: ReferencePath; readonly context: TaskContext },
): JsonValue {
  const field = `engine_params/${path.steps.join('/')}`
  if (path.kind === 'task') {
    const code = typeof value === 'string' ? lookup(context.bindings.taskCodes, value) : undefined
    return code === undefined ? value : Number(code)
  }
  const tagged = Tagged.safeParse(value)
  if (!tagged.success) return value
  const { data } = tagged
  if ('$data_source' in data) return bindDataSource(data.$data_source, context, field).id
  if ('$resource' in data) return bindResource(data.$resource, context, field) ?? value
  if ('$project' in data) return Number(context.bindings.projectCode)
  if ('$alert_group' in data)
    return found(lookup(context.bindings.alertGroupIds, data.$alert_group), {
      data,
      field,
      context,
    })
  const code = lookup(context.bindings.workflowCodes, data.$workflow)
  return found(code === undefined ? undefined : Number(code), { data, field, context })
}

function found(
  value: number | undefined,
  input: { readonly data: object; readonly field: string; readonly context: TaskContext },
): number {
  if (value === undefined)
    input.context.report(input.field, {
      code: 'unknown_reference',
      message: `this environment has no ${JSON.stringify(input.data)}`,
    })
  return value ?? 0
}

function nameOne(value: JsonValue, { kind }: ReferencePath, context: TaskContext): JsonValue {
  const { bindings } = context
  const nameOf = (ids: Readonly<Record<string, string | number>>): string | undefined =>
    Object.entries(ids).find(([, id]) => String(id) === idText(value))?.[0]
  const tag = (name: string | undefined, tagName: string): JsonValue =>
    name === undefined ? value : { [tagName]: name }
  switch (kind) {
    case 'task':
      return nameOf(bindings.taskCodes) ?? value
    case 'data_source':
      return tag(nameDataSource(value, context), '$data_source')
    case 'resource':
      return tag(nameResource(value, context), '$resource')
    case 'workflow':
      return tag(nameOf(bindings.workflowCodes), '$workflow')
    case 'project':
      return idText(value) === bindings.projectCode ? { $project: 'own' } : value
    case 'alert_group':
      return tag(nameOf(bindings.alertGroupIds), '$alert_group')
  }
}

/** An id is a number or its digits; anything else is none. */
function idText(value: JsonValue): string | null {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : null
}

type Change = (value: JsonValue, path: ReferencePath) => JsonValue

/** Shows every value that may be a reference; what is answered takes its place. */
export function mapReferences(type: string, params: JsonObject, change: Change): JsonObject {
  let mapped: JsonObject = params
  for (const path of referencePaths(type))
    mapped = mapObject(mapped, path.steps, (value) => change(value, path))
  return mapped
}

type Leaf = (value: JsonValue) => JsonValue

function mapAt(value: JsonValue, steps: readonly string[], change: Leaf): JsonValue {
  const [step, ...rest] = steps
  if (step === undefined) return change(value)
  if (step === '*') return isList(value) ? value.map((item) => mapAt(item, rest, change)) : value
  if (step === '{}') return mapJsonText(value, rest, change)
  return isObject(value) ? mapObject(value, steps, change) : value
}

function mapObject(value: JsonObject, steps: readonly string[], change: Leaf): JsonObject {
  const [step = '', ...rest] = steps
  const inner = Object.hasOwn(value, step) ? value[step] : undefined
  return inner === undefined ? value : { ...value, [step]: mapAt(inner, rest, change) }
}

/** JSON inside of a text; left alone where writing it again would change how it is written. */
function mapJsonText(value: JsonValue, steps: readonly string[], change: Leaf): JsonValue {
  const inner = JsonValueSchema.safeParse(parseJsonText(value))
  if (typeof value !== 'string' || !inner.success || JSON.stringify(inner.data) !== value)
    return value
  return JSON.stringify(mapAt(inner.data, steps, change))
}

const JsonValueSchema: z.ZodType<JsonValue> = z.json()

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value)
}
