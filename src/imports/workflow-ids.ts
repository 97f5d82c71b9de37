import { readMarker } from '../definition/marker.ts'
import { slugOf } from '../definition/slug.ts'

/**
 * An id of our own for every definition: its name as far as that can be an id, else its engine
 * code; never one twice.
 */
export function proposeIds(
  definitions: readonly { readonly code: string; readonly name: string }[],
  taken: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  // Two that differ by case alone are told apart by nobody.
  const used = new Set([...taken].map((id) => id.toLowerCase()))
  return new Map(
    definitions.map(({ code, name }) => {
      const slug = slugOf(name, 'wf')
      const id = slug !== null && !used.has(slug.toLowerCase()) ? slug : `wf_${code}`
      used.add(id.toLowerCase())
      return [code, id]
    }),
  )
}

/** The id under which a definition was managed before; null: never. */
export function markedId(description: string): string | null {
  return readMarker(description).workflowId
}
