import type { Issue } from '../lib/errors.ts'
import { pointerOf } from '../lib/pointer.ts'

/** A fault of a definition at a place of it. */
export function issueAt(path: readonly PropertyKey[], code: string, message: string): Issue {
  return { pointer: pointerOf(path), code: `definition.${code}`, message }
}
