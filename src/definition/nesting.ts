import type { Issue } from '../lib/errors.ts'
import { valueFaults } from '../lib/value-faults.ts'
import { issueAt } from './pointer.ts'

/**
 * Of a whole document. Two levels down stands a task, which is kept as JSON in a row: there MariaDB
 * reads 31 levels of objects and lists, and MySQL 100.
 */
const MAX_DOCUMENT_DEPTH = 32

/** Faults that have to be known before anything walks a value by recursion, copies it or stores it. */
export function nestingIssues(value: unknown): readonly Issue[] {
  return valueFaults(value, MAX_DOCUMENT_DEPTH).map(({ path, code, message }) =>
    issueAt(path, code, message),
  )
}
