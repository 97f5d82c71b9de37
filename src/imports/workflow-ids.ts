import { readMarker } from '../definition/marker.ts'
import { isReserved } from '../definition/reserved.ts'
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

export interface Identified {
  readonly code: string
  readonly name: string
  /** null: it cannot be read. */
  readonly description: string | null
  /** What a person said. */
  readonly chosen?: string | undefined
}

/**
 * An id for each, in their order and none twice: the chosen one, else the one that its marker names
 * and nobody has, else one after its name. Copies carry the marker of what they were made of, so
 * what several carry is nobody's.
 */
export function idsFor(
  items: readonly Identified[],
  taken: ReadonlySet<string> = new Set(),
): readonly string[] {
  const known = items.map(({ chosen, description }) => chosen ?? freeMark(description, taken))
  const counts = new Map<string, number>()
  for (const id of known) if (id !== null) counts.set(id, (counts.get(id) ?? 0) + 1)
  const fixed = items.map(({ chosen }, index) => {
    const id = known[index] ?? null
    return id !== null && (chosen !== undefined || counts.get(id) === 1) ? id : null
  })
  const others = items.filter((_item, index) => fixed[index] === null)
  const proposed = proposeIds(others, new Set([...taken, ...fixed.filter((id) => id !== null)]))
  return items.map(({ code }, index) => fixed[index] ?? proposed.get(code) ?? code)
}

/** The id under which a definition was managed before. */
function freeMark(description: string | null, taken: ReadonlySet<string>): string | null {
  const marked = description === null ? null : readMarker(description).workflowId
  return marked === null || taken.has(marked) || isReserved(marked) ? null : marked
}
