import type { WorkflowDocument } from '../definition/document.ts'
import { referencesOf } from '../definition/references.ts'

export interface ItemError {
  readonly code: string
  readonly message: string
}

export interface Needing {
  readonly itemNo: number
  readonly id: string
  /** Workflows that it names. */
  readonly needed: readonly string[]
}

export function needingOf(itemNo: number, document: WorkflowDocument): Needing {
  const needed = referencesOf(document).flatMap(({ kind, name }) =>
    kind === 'workflow' ? [name] : [],
  )
  return { itemNo, id: document.id, needed }
}

/**
 * What keeps items from being adopted, by item number: their own errors, and for all that need one
 * of these, or what is not there, that. None is adopted half.
 */
export function spreadErrors(
  items: readonly Needing[],
  own: ReadonlyMap<number, ItemError>,
  managed: ReadonlySet<string>,
): ReadonlyMap<number, ItemError> {
  const errors = new Map(own)
  const there = new Set([...managed, ...items.map(({ id }) => id)])
  for (const { itemNo, id } of items) if (errors.has(itemNo)) there.delete(id)
  for (let failed = -1; failed !== errors.size;) {
    failed = errors.size
    for (const { itemNo, id, needed } of items) {
      const missing = errors.has(itemNo) ? [] : needed.filter((name) => !there.has(name))
      if (missing.length === 0) continue
      errors.set(itemNo, needs(missing))
      there.delete(id)
    }
  }
  return errors
}

function needs(missing: readonly string[]): ItemError {
  const names = missing.map((name) => `"${name}"`).join(', ')
  return { code: 'import.needs', message: `adopt ${names} as well` }
}
