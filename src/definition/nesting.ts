import type { Issue } from '../lib/errors.ts'
import { valueFaults } from '../lib/value-faults.ts'
import { issueAt } from './pointer.ts'

/** Faults that have to be known before anything walks a value by recursion, or copies it. */
export function nestingIssues(value: unknown): readonly Issue[] {
  return valueFaults(value).map(({ path, code, message }) => issueAt(path, code, message))
}
