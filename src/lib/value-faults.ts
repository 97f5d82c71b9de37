import type { ShapeFault } from './shape-faults.ts'

/** Deeper than anything of ours; whatever walks a value by recursion stays far from the stack's end. */
export const MAX_DEPTH = 64

/**
 * Faults of any value from outside, before anything walks it by recursion, copies it or stores it:
 * too deep, a key that copies lose, and text that UTF-8 cannot carry.
 */
export function valueFaults(value: unknown, maxDepth = MAX_DEPTH): readonly ShapeFault[] {
  const faults: ShapeFault[] = []
  let level: readonly Node[] = [{ value, path: null }]
  for (let depth = 0; level.length > 0; depth += 1) {
    const [first] = level
    if (first && depth > maxDepth)
      return [{ path: pathOf(first), code: 'too_deep', message: `nested deeper than ${maxDepth}` }]
    const next: Node[] = []
    for (const node of level) {
      faults.push(...faultsOf(node))
      // Not spread: an object may have more children than a call takes arguments.
      for (const child of childrenOf(node)) next.push(child)
    }
    level = next
  }
  return faults
}

/** Whether objects and lists stand in each other more than `most` deep; walks no further down. */
export function isNestedDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (most === 0) return true
  return Object.values(value).some((child) => isNestedDeeper(child, most - 1))
}

interface Step {
  readonly key: string
  readonly above: Step | null
}
interface Node {
  readonly value: unknown
  readonly path: Step | null
}

function* faultsOf(node: Node): Iterable<ShapeFault> {
  const { value, path } = node
  if (path?.key === '__proto__')
    yield { path: pathOf(node), code: 'unknown_field', message: 'unknown field "__proto__"' }
  const isWhole = (path?.key.isWellFormed() ?? true) && isWholeText(value)
  if (!isWhole)
    yield {
      path: pathOf(node).map((key) => key.toWellFormed()),
      code: 'not_unicode',
      message: 'is no Unicode text: it holds half a surrogate pair',
    }
}

function isWholeText(value: unknown): boolean {
  return typeof value !== 'string' || value.isWellFormed()
}

function* childrenOf({ value, path }: Node): Iterable<Node> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value))
    yield { value: child, path: { key, above: path } }
}

function pathOf({ path }: Node): readonly string[] {
  const keys: string[] = []
  for (let step = path; step; step = step.above) keys.push(step.key)
  return keys.reverse()
}
