import { randomInt } from 'node:crypto'
import type { WorkflowDocument } from '../definition/document.ts'

/** Above what the engine makes itself (about 2e14), below what a double holds exactly. */
const FLOOR = 1_000_000_000_000_000
const RANGE = 2 ** 48 - 1

/**
 * A code for every task: the known one for a key that is there already, a new one otherwise. They
 * are ours and on record before the engine hears of them: with the marker they prove whose a
 * definition is when an answer was lost.
 */
export function taskCodesFor(
  document: WorkflowDocument,
  known: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    document.tasks.map(({ key }) => [
      key,
      (Object.hasOwn(known, key) ? known[key] : undefined) ?? String(FLOOR + randomInt(RANGE)),
    ]),
  )
}
