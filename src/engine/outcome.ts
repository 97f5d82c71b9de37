import { isAppError, type AppError } from '../lib/errors.ts'

/** Nobody knows whether it happened; an answer that cannot be read says it neither. */
export function isNoAnswer(error: unknown): boolean {
  return isAppError(error, 'unavailable')
}

/** The engine is there and answered, in a form that is not known here: another object may be readable. */
export function isUnreadable(error: unknown): error is AppError {
  return isAppError(error) && error.code === 'engine.unreadable'
}

/** No answer, and surely not received: the connection was never made. */
export function wasNotSent(error: unknown): boolean {
  return isAppError(error, 'unavailable') && error.details['sent'] === false
}

/** The engine itself said no. */
export function isRefusal(error: unknown): boolean {
  return isAppError(error) && error.code.startsWith('engine.') && error.kind !== 'unavailable'
}
