import type { z } from 'zod'

type ZodIssue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** One fault of the shape, at the field that it is about. */
export interface ShapeFault {
  readonly path: Path
  /** zod's, but for what is told of each field by itself. */
  readonly code: string
  readonly message: string
}

/** What zod found as faults that a person understands: every unknown field is one, by its name. */
export function shapeFaults(issues: readonly ZodIssue[], under: Path = []): readonly ShapeFault[] {
  return issues.flatMap((issue) => {
    const path = [...under, ...issue.path]
    const { code, message } = issue
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: [...path, key],
        code: 'unknown_field',
        message: `unknown field "${key}"`,
      }))
    if (issue.code === 'invalid_key')
      return issue.issues.map((inner) => ({ path, code, message: `the name ${inner.message}` }))
    if (issue.code === 'invalid_union') return unionFaults(issue, path)
    return [{ path, code, message }]
  })
}

const IS_ANOTHER_KIND: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value'])

/** The branch that the writer meant is the one that fails inside of the value, not at it. */
function unionFaults(
  { errors, code, message }: z.core.$ZodIssueInvalidUnion,
  path: Path,
): readonly ShapeFault[] {
  const isMeant = (issues: readonly ZodIssue[]): boolean =>
    !issues.some(({ path: at, code: what }) => at.length === 0 && IS_ANOTHER_KIND.has(what))
  const meant = errors.find(isMeant)
  return meant ? shapeFaults(meant, path) : [{ path, code, message }]
}
