import type { Issue } from '../lib/errors.ts'
import { pointerOf } from '../lib/pointer.ts'
import type { ShapeFault } from '../lib/shape-faults.ts'

/** Faults of a request as the API tells them; `prefix` is where the part of it starts. */
export function toRequestIssues(faults: readonly ShapeFault[], prefix = ''): readonly Issue[] {
  return faults.map(({ path, code, message }) => ({
    pointer: prefix + pointerOf(path),
    code: `request.${code}`,
    message,
  }))
}
