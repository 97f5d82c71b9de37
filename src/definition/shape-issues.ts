import type { z } from 'zod'
import type { Issue } from '../lib/errors.ts'
import { shapeFaults } from '../lib/shape-faults.ts'
import { issueAt } from './pointer.ts'

/** What zod found as issues of a definition, each at the field it is about. */
export function shapeIssues(issues: readonly z.core.$ZodIssue[]): readonly Issue[] {
  return shapeFaults(issues).map(({ path, code, message }) =>
    issueAt(path, code === 'unknown_field' ? code : 'shape', message),
  )
}
