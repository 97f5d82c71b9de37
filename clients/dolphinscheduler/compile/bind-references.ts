import { z } from 'zod'
import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import { pointerOf } from '#src/lib/pointer.ts'
import type { TaskContext } from './context.ts'
import { lookup } from './lookup.ts'
import { isObject, mapReferences } from './map-references.ts'
import { isList } from './task-params.ts'
import { bindDataSource } from './tasks/data-source.ts'
import { bindResource, resourceOf } from './tasks/resources.ts'

/** How `engine_params` names what has another id in every environment. */
const Tag = z.union([
  z.strictObject({ $data_source: z.string() }),
  z.strictObject({ $resource: z.string() }),
  z.strictObject({ $workflow: z.string() }),
  z.strictObject({ $project: z.literal('own') }),
  z.strictObject({ $alert_group: z.string() }),
  /** Of the workflow whose code stands beside it, else of this one. */
  z.strictObject({ $task: z.string() }),
  /** A text with ids in it. */
  z.strictObject({ $text: z.array(z.union([z.string(), z.record(z.string(), z.json())])) }),
])
type Tag = z.output<typeof Tag>

/** A workflow by its code alone. */
const UNNAMED = Symbol('unnamed')

interface Place {
  readonly path: readonly PropertyKey[]
  /** The workflow that is named beside the value; null: there is none. */
  readonly beside: string | typeof UNNAMED | null
  readonly context: TaskContext
}

/** Names become ids and codes of this environment, wherever they stand; what is no name stays. */
export function bindReferences(type: string, params: JsonObject, context: TaskContext): JsonObject {
  const top: Place = { path: [], beside: null, context }
  if (Object.keys(params).some(isTag)) {
    reportUnknownTag(params, top)
    return {}
  }
  return mapReferences(type, bindObject(params, top), (value, { path }) => {
    const at = { ...top, path: path.steps.slice(0, path.steps.indexOf('{}')) }
    if (path.steps.includes('{}') && isObject(value)) reportUnknownTag(value, at)
    if (path.kind !== 'task' || typeof value !== 'string') return value
    const code = lookup(context.bindings.taskCodes, value)
    return code === undefined ? value : Number(code)
  })
}

function bindObject(value: JsonObject, { path, context }: Place): JsonObject {
  const beside = besideOf(value['definitionCode'])
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      bindValue(inner, { path: [...path, key], beside, context }),
    ]),
  )
}

function bindValue(value: JsonValue, place: Place): JsonValue {
  if (isList(value)) return value.map((item, index) => bindValue(item, below(place, index)))
  if (!isObject(value)) return value
  return Object.keys(value).some(isTag) ? bindTag(value, place) : bindObject(value, place)
}

function below(place: Place, ...steps: readonly PropertyKey[]): Place {
  return { ...place, path: [...place.path, ...steps] }
}

/** Not `${x}`, which is a placeholder of the engine. */
function isTag(key: string): boolean {
  return /^\$[A-Za-z]/.test(key)
}

function bindTag(value: JsonObject, place: Place): JsonValue {
  const tag = Tag.safeParse(value)
  if (!tag.success) return reportUnknownTag(value, place)
  const { data } = tag
  if ('$text' in data)
    return data.$text.map((part, index) => textOf(part, below(place, '$text', index))).join('')
  return bindName(data, place)
}

function textOf(part: string | JsonObject, place: Place): string {
  if (typeof part === 'string') return part
  const bound = bindValue(part, place)
  if (typeof bound === 'number') return String(bound)
  const file = resourceOf(bound)
  if (file?.id === null) return file.fullName
  // What is a tag has been reported where it was looked up.
  if (file !== null || typeof bound === 'string' || !Object.keys(part).some(isTag))
    reportUnknownTag(part, place)
  return ''
}

function bindName(tag: Exclude<Tag, { $text: unknown }>, place: Place): JsonValue {
  const { bindings } = place.context
  const field = fieldOf(place)
  if ('$data_source' in tag) return bindDataSource(tag.$data_source, place.context, field).id
  if ('$resource' in tag) return bindResource(tag.$resource, place.context, field) ?? null
  if ('$project' in tag) return Number(bindings.projectCode)
  if ('$task' in tag) return bindTask(tag.$task, place)
  if ('$alert_group' in tag)
    return found(lookup(bindings.alertGroupIds, tag.$alert_group), tag, place)
  return found(lookup(bindings.workflowCodes, tag.$workflow), tag, place)
}

function bindTask(key: string, { path, beside, context }: Place): number {
  const { bindings, report } = context
  if (beside === UNNAMED) {
    report(fieldOf({ path }), {
      code: 'unknown_task',
      message: `"${key}" stands beside a workflow that has no name here`,
    })
    return 0
  }
  const codes = beside === null ? bindings.taskCodes : lookup(bindings.workflowTaskCodes, beside)
  const code = lookup(codes ?? {}, key)
  // A workflow that is not there is said by itself.
  const isSaid = beside !== null && lookup(bindings.workflowCodes, beside) === undefined
  if (code === undefined && !isSaid)
    report(fieldOf({ path }), {
      code: 'unknown_task',
      message: `${beside === null ? 'this workflow' : `"${beside}"`} has no task "${key}" in this environment`,
    })
  return Number(code ?? 0)
}

function found(value: string | number | undefined, tag: object, place: Place): number {
  if (value === undefined)
    place.context.report(fieldOf(place), {
      code: 'unknown_reference',
      message: `this environment has no ${JSON.stringify(tag)}`,
    })
  return Number(value ?? 0)
}

/** Sent as it stands, the engine would take it for something of its own. */
function reportUnknownTag(value: JsonValue, place: Place): null {
  place.context.report(fieldOf(place), {
    code: 'unknown_tag',
    message: `${JSON.stringify(value)} names nothing: one of ${TAGS.join(', ')} by itself does`,
  })
  return null
}

const TAGS = Tag.options.flatMap(({ shape }) => Object.keys(shape))

function fieldOf({ path }: Pick<Place, 'path'>): string {
  return pointerOf(['engine_params', ...path]).slice(1)
}

function besideOf(value: JsonValue | undefined): Place['beside'] {
  return workflowIn(value) ?? (value === undefined || value === null ? null : UNNAMED)
}

function workflowIn(value: JsonValue | undefined): string | null {
  const tag = Tag.safeParse(value).data
  if (tag === undefined) return null
  if ('$workflow' in tag) return tag.$workflow
  return '$text' in tag && tag.$text.length === 1 ? workflowIn(tag.$text[0]) : null
}
