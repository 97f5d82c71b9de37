import { z } from 'zod'
import type { Task } from '#src/definition/task.ts'
import type { JsonObject, JsonValue } from '#src/lib/json.ts'
import type { Dialect } from '../../dialects/dialect.ts'
import type { TaskContext, TaskKind } from '../context.ts'
import { lookup } from '../lookup.ts'
import { bindResource, nameResource } from './resources.ts'

/** How one value is said on the engine; undefined: it cannot be said. */
export interface Codec {
  to(value: JsonValue, context: TaskContext, field: string): JsonValue | undefined
  from(value: JsonValue, context: TaskContext): JsonValue | undefined
}

/** One field of a document's task, and where the engine keeps it. */
export interface FlatField {
  readonly field: string
  /** null: this family has no such field. */
  readonly wire: string | ((dialect: Dialect) => string | null)
  readonly codec?: Codec
}

export function wireName({ wire }: FlatField, dialect: Dialect): string | null {
  return typeof wire === 'string' ? wire : wire(dialect)
}

/** Fields that families from here on know. */
export function since(family: Dialect['family'], wire: string): FlatField['wire'] {
  return (dialect) => (dialect.family >= family ? wire : null)
}

export function until(family: Dialect['family'], wire: string): FlatField['wire'] {
  return (dialect) => (dialect.family <= family ? wire : null)
}

/** Words of ours and the engine's words for them. */
export function words(pairs: Readonly<Record<string, JsonValue>>): Codec {
  return {
    to: (value) => (typeof value === 'string' ? lookup(pairs, value) : undefined),
    from: (value) => Object.entries(pairs).find(([, theirs]) => theirs === value)?.[0],
  }
}

export const resource: Codec = { to: bindResource, from: nameResource }

const Plain = z.union([z.string(), z.number(), z.boolean()]).optional()

/** A task whose fields stand side by side on the engine. */
export function flatKind<T extends Task>(
  type: T['type'],
  engineType: string,
  fields: readonly FlatField[],
): TaskKind<T> {
  return {
    compile: (task, context) => ({
      type: engineType,
      params: compileFields(task, fields, context),
    }),
    decompile: ({ params }, context) => {
      const found = readFields(params, fields, context)
      return found === null ? null : { type, ...found }
    },
  }
}

export function compileFields(
  task: Task,
  fields: readonly FlatField[],
  context: TaskContext,
): JsonObject {
  const params: Record<string, JsonValue> = {}
  const values: Readonly<Record<string, unknown>> = { ...task }
  for (const each of fields) {
    const value = Plain.parse(values[each.field])
    if (value === undefined) continue
    const wire = wireName(each, context.dialect)
    const said = each.codec ? each.codec.to(value, context, each.field) : value
    if (wire !== null && said !== undefined) params[wire] = said
    else reportUnsupported(each.field, value, context)
  }
  return params
}

function reportUnsupported(
  field: string,
  value: JsonValue,
  { dialect, report }: TaskContext,
): void {
  const said = typeof value === 'string' ? `"${value}"` : 'a value'
  report(field, {
    code: 'unsupported_field',
    message: `DolphinScheduler ${dialect.family} cannot take ${said} here`,
  })
}

/** null: one of them says what the document has no word for. */
function readFields(
  params: JsonObject,
  fields: readonly FlatField[],
  context: TaskContext,
): Record<string, JsonValue> | null {
  const found: Record<string, JsonValue> = {}
  for (const each of fields) {
    const wire = wireName(each, context.dialect)
    const value = wire === null ? undefined : params[wire]
    if (value === undefined) continue
    const said = each.codec ? each.codec.from(value, context) : value
    if (said === undefined) return null
    found[each.field] = said
  }
  return found
}
