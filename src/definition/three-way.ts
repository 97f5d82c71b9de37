import { z } from 'zod'
import { diffDocuments, DocumentDiff } from './diff.ts'
import type { WorkflowDocument } from './document.ts'

/** What two people did to the same document, and where they meet. */
export const ThreeWayDiff = z.object({
  mine: DocumentDiff,
  theirs: DocumentDiff,
  conflicts: z.array(z.string()),
})
export type ThreeWayDiff = z.output<typeof ThreeWayDiff>

export function diffThreeWay(
  base: WorkflowDocument,
  versions: { readonly mine: WorkflowDocument; readonly theirs: WorkflowDocument },
): ThreeWayDiff {
  const mine = diffDocuments(base, versions.mine)
  const theirs = diffDocuments(base, versions.theirs)
  const touched = new Set(placesOf(theirs))
  return { mine, theirs, conflicts: placesOf(mine).filter((place) => touched.has(place)) }
}

/** Every place that a diff touches, as `task load script` or `setting timeout_min`. */
function placesOf(diff: DocumentDiff): readonly string[] {
  const records = [
    ['parameter', diff.params],
    ['output', diff.outputs],
    ['setting', diff.settings],
    ['schedule', diff.schedule],
    ['workflow', diff.document],
  ] as const
  return [
    ...diff.tasks.added.map((task) => `task ${task.key}`),
    ...diff.tasks.removed.map((task) => `task ${task.key}`),
    ...diff.tasks.renamed.map((task) => `task ${task.from_key}`),
    ...diff.tasks.changed.flatMap((task) => [
      `task ${task.key}`,
      ...task.fields.map((change) => `task ${task.key} ${change.field}`),
    ]),
    ...records.flatMap(([what, changes]) => changes.map((change) => `${what} ${change.field}`)),
  ]
}
