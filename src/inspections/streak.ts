/** An attempt's final state, as far as counting goes. */
export interface AttemptState {
  readonly state: string
}

/**
 * Failures in a row at the newest end. A success ends the row; a stop neither counts nor ends it:
 * somebody wanted it. `newestFirst` may be cut at any length that is long enough.
 */
export function countFailuresInARow(newestFirst: readonly AttemptState[]): number {
  let failures = 0
  for (const { state } of newestFirst) {
    if (state === 'success') break
    if (state === 'failure') failures += 1
  }
  return failures
}
