import { isAppError, type Issue } from '../lib/errors.ts'

/** A value, or the findings that say why there is none. */
export function valueOrIssues<T>(make: () => T): {
  readonly value: T | null
  readonly issues: readonly Issue[]
} {
  try {
    return { value: make(), issues: [] }
  } catch (error) {
    if (!isAppError(error, 'invalid')) throw error
    return { value: null, issues: error.issues }
  }
}
