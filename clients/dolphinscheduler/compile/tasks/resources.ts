import { z } from 'zod'
import type { JsonValue } from '#src/lib/json.ts'
import type { EngineResource } from '#src/engine/catalog.ts'
import type { TaskContext } from '../context.ts'
import { nameWhere } from '../inverse.ts'
import { lookup } from '../lookup.ts'

/** Whatever else stands beside it. */
const Wire = z.union([
  z.object({ id: z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)]) }),
  z.object({ resourceName: z.string().min(1) }),
])
/** What comes back to the letter when it is said by its path. */
const Plain = z.union([
  z.strictObject({ id: z.int() }),
  z.strictObject({ resourceName: z.string() }),
])

/** 3.1 knows files by id; later families by their full path. */
export function bindResource(
  path: JsonValue,
  { bindings, report }: TaskContext,
  field: string,
): JsonValue | undefined {
  const found = typeof path === 'string' ? lookup(bindings.resources, path) : undefined
  if (found === undefined) {
    report(field, {
      code: 'unknown_resource',
      message: `no file ${JSON.stringify(path)} in the engine's resource centre`,
    })
    return { resourceName: '' }
  }
  return found.id === null ? { resourceName: found.fullName } : { id: found.id }
}

export function nameResource(value: JsonValue, { bindings }: TaskContext): string | undefined {
  const asked = Plain.safeParse(value).success ? resourceOf(value) : null
  if (asked === null) return undefined
  return nameWhere(bindings.resources, fileOf, fileOf(asked))
}

/** By its id where files have one. */
function fileOf({ id, fullName }: EngineResource): string {
  return id === null ? `path ${fullName}` : `id ${id}`
}

/** The file that a parameter names; null: it names none. */
export function resourceOf(value: JsonValue): EngineResource | null {
  const wire = Wire.safeParse(value)
  if (!wire.success) return null
  return 'id' in wire.data
    ? { id: wire.data.id, fullName: '' }
    : { id: null, fullName: wire.data.resourceName }
}
