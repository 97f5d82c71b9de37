import { isAppError } from '../lib/errors.ts'

/** Nobody knows whether it happened. */
export function isNoAnswer(error: unknown): boolean {
  return isAppError(error, 'unavailable')
}

/** No answer, and surely not received: the connection was never made. */
export function wasNotSent(error: unknown): boolean {
  return isAppError(error, 'unavailable') && error.details['sent'] === false
}

/** The engine itself said no. */
export function isRefusal(error: unknown): boolean {
  return isAppError(error) && error.code.startsWith('engine.') && error.kind !== 'unavailable'
}
