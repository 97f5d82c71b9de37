import { readMarker } from '../definition/marker.ts'
import { isReserved } from '../definition/reserved.ts'
import { Identifier } from '../definition/values.ts'

/**
 * An id of our own for every definition: its name as far as that can be an id, else its engine
 * code; never one twice.
 */
export function proposeIds(
  definitions: readonly { readonly code: string; readonly name: string }[],
  taken: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const used = new Set(taken)
  return new Map(
    definitions.map(({ code, name }) => {
      const slug = slugOf(name)
      const id = slug !== null && !used.has(slug) ? slug : `wf_${code}`
      used.add(id)
      return [code, id]
    }),
  )
}

/** The id under which a definition was managed before; null: never. */
export function markedId(description: string): string | null {
  return readMarker(description).workflowId
}

function slugOf(name: string): string | null {
  const slug = name
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036F]/g, '')
    .replaceAll(/[^A-Za-z0-9_-]+/g, '_')
    .replaceAll(/^[^A-Za-z]+|_+$/g, '')
  return Identifier.safeParse(slug).success && !isReserved(slug) ? slug : null
}
