import type { SaveDefinition, TaskVersions, TooLarge } from '#src/engine/engine.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { formBytes, MAX_FORM_BYTES, textBytes } from '../form.ts'
import { definitionForm, wireTask } from './definition-form.ts'

/** Told from the very form that a save sends. */
export function findTooLarge(
  save: SaveDefinition & TaskVersions,
  dialect: Dialect,
): TooLarge | null {
  const bytes = formBytes(definitionForm(save, save.taskVersions, dialect))
  if (bytes <= MAX_FORM_BYTES) return null
  const sizes = save.definition.tasks.map((task) => ({
    code: task.code,
    bytes: textBytes(JSON.stringify(wireTask(task, save.taskVersions[task.code] ?? 0, dialect))),
  }))
  const [largestTask = null] = sizes.toSorted((a, b) => b.bytes - a.bytes)
  return { bytes, maxBytes: MAX_FORM_BYTES, largestTask }
}
