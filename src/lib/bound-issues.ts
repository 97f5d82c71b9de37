import type { Issue } from './errors.ts'

/** More than anybody reads; a broken document may have hundreds of thousands. */
const MAX_ISSUES = 1000

/** The first of them, and a word on how many are left out. */
export function boundIssues(issues: readonly Issue[]): Issue[] {
  const kept = issues.slice(0, MAX_ISSUES)
  const left = issues.length - kept.length
  if (left > 0)
    kept.push({ pointer: '', code: 'request.more', message: `${left} more are not listed` })
  return kept
}
