import type { Issue } from '../lib/errors.ts'
import { issueAt } from './pointer.ts'

/** Deeper than any definition; whatever walks a document by recursion stays far from the stack's end. */
const MAX_DEPTH = 64

/** Faults that have to be known before anything walks a value by recursion, or copies it. */
export function nestingIssues(value: unknown): readonly Issue[] {
  const issues: Issue[] = []
  let level: readonly Node[] = [{ value, path: null }]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return [issueAt([], 'too_deep', `nested deeper than ${MAX_DEPTH}`)]
    level = level.flatMap((node) => {
      const { value: parent } = node
      if (typeof parent !== 'object' || parent === null) return []
      // Copies of an object lose this key without a word.
      if (Object.hasOwn(parent, '__proto__'))
        issues.push(
          issueAt([...pathOf(node), '__proto__'], 'unknown_field', 'unknown field "__proto__"'),
        )
      return Object.entries(parent)
        .filter(([, child]) => typeof child === 'object')
        .map(([key, child]) => ({ value: child, path: { key, above: node.path } }))
    })
  }
  return issues
}

interface Step {
  readonly key: string
  readonly above: Step | null
}
interface Node {
  readonly value: unknown
  readonly path: Step | null
}

function pathOf({ path }: Node): readonly string[] {
  const keys: string[] = []
  for (let step = path; step; step = step.above) keys.push(step.key)
  return keys.reverse()
}
