import type { CatalogDataSource } from '#src/engine/catalog.ts'
import type { JsonValue } from '#src/lib/json.ts'
import type { TaskContext } from '../context.ts'
import { nameWhere } from '../inverse.ts'
import { lookup } from '../lookup.ts'

/** The engine's entry behind a name; reported where there is none. */
export function bindDataSource(
  name: string,
  { bindings, report }: TaskContext,
  field: string,
): Pick<CatalogDataSource, 'id' | 'type'> {
  const source = lookup(bindings.dataSources, name)
  if (source !== undefined) return source
  const message = `no data source "${name}" on the engine`
  report(field, { code: 'unknown_data_source', message })
  return { id: 0, type: '' }
}

/** undefined: an id that no name is known for. */
export function nameDataSource(
  id: JsonValue | undefined,
  { bindings }: TaskContext,
): string | undefined {
  if (typeof id !== 'number') return undefined
  return nameWhere(bindings.dataSources, sourceId, String(id))
}

export function sourceId({ id }: CatalogDataSource): string {
  return String(id)
}
