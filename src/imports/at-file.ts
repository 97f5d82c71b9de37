import { AppError, isAppError, type Issue } from '../lib/errors.ts'

/** Faults of the file that a request carries stand below `/file` in the request. */
export function atFile<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!isAppError(error, 'invalid') && !isAppError(error, 'malformed')) throw error
    const issues: readonly Issue[] =
      error.issues.length > 0
        ? error.issues
        : [{ pointer: '', code: 'request.malformed', message: 'is not readable JSON' }]
    throw new AppError('invalid', 'request.invalid', 'the file cannot be taken as it is', {
      cause: error,
      issues: issues.map((issue) => ({ ...issue, pointer: `/file${issue.pointer}` })),
    })
  }
}
