import { AppError } from '../lib/errors.ts'

/** Whoever decided by the drift they saw decides again. */
export function deploymentChanged(): AppError {
  return new AppError(
    'conflict',
    'deployment.changed',
    'something was published there meanwhile: look again',
  )
}
