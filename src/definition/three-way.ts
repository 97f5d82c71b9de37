import { z } from 'zod'
import { canonicalDocument, sortKeys } from './canonical.ts'
import { diffDocuments, DocumentDiff } from './diff.ts'
import type { WorkflowDocument } from './document.ts'

/** What two people did to the same document, and where they meet. */
export const ThreeWayDiff = z.object({
  mine: DocumentDiff,
  theirs: DocumentDiff,
  conflicts: z.array(z.string()),
})
export type ThreeWayDiff = z.output<typeof ThreeWayDiff>

/**
 * A conflict is a place that both changed, and not to the same; or a task that one took away (or
 * gave another key) while the other went on with it.
 */
export function diffThreeWay(
  base: WorkflowDocument,
  versions: { readonly mine: WorkflowDocument; readonly theirs: WorkflowDocument },
): ThreeWayDiff {
  const mine = diffDocuments(base, versions.mine)
  const theirs = diffDocuments(base, versions.theirs)
  const myPlaces = placesOf(mine, versions.mine)
  const theirPlaces = placesOf(theirs, versions.theirs)
  const conflicts = new Set(
    [...myPlaces].flatMap(([place, change]) => {
      const theirChange = theirPlaces.get(place)
      return theirChange === undefined || theirChange === change ? [] : [place]
    }),
  )
  for (const place of [...insideOf(myPlaces, theirPlaces), ...insideOf(theirPlaces, myPlaces)])
    conflicts.add(place)
  for (const key of [...lostIn(mine, theirs), ...lostIn(theirs, mine)]) conflicts.add(`task ${key}`)
  return { mine, theirs, conflicts: [...conflicts] }
}

/** Every place that a diff touches, as `task load script` or `setting timeout_min`, and what it became. */
function placesOf(diff: DocumentDiff, to: WorkflowDocument): Places {
  const added = new Set(diff.tasks.added.map((task) => task.key))
  const records = [
    ...diff.tasks.changed.map((task) => [`task ${task.key}`, task.fields] as const),
    ['parameter', diff.params] as const,
    ['output', diff.outputs] as const,
    ['setting', diff.settings] as const,
    ['schedule', diff.schedule] as const,
    ['workflow', diff.document] as const,
  ]
  return new Map([
    ...canonicalDocument(to)
      .tasks.filter((task) => added.has(task.key))
      .map((task) => [`task ${task.key}`, textOf(task)] as const),
    ...diff.tasks.removed.map((task) => [`task ${task.key}`, 'removed'] as const),
    ...diff.tasks.renamed.map((task) => [`task ${task.from_key}`, task.to_key] as const),
    ...records.flatMap(([what, changes]) =>
      changes.map((change) => [`${what} ${change.field}`, textOf(change.after)] as const),
    ),
  ])
}

function textOf(value: unknown): string {
  return JSON.stringify(sortKeys(value))
}

type Places = ReadonlyMap<string, string>

/** Places of one side that contain a place of the other: `timeout` was dropped, `timeout.min` changed. */
function insideOf(inner: Places, outer: Places): readonly string[] {
  return [...inner.keys()].flatMap((place) => {
    const dots = [...place.matchAll(/\./g)].map((match) => match.index)
    return dots.map((dot) => place.slice(0, dot)).filter((parent) => outer.has(parent))
  })
}

/** Keys that are gone in one diff and worked on in the other. */
function lostIn(gone: DocumentDiff, used: DocumentDiff): readonly string[] {
  const usedKeys = new Set([
    ...used.tasks.changed.map((task) => task.key),
    ...used.edges.added.flatMap((edge) => [edge.from, edge.to]),
  ])
  return [
    ...gone.tasks.removed.map((task) => task.key),
    ...gone.tasks.renamed.map((task) => task.from_key),
  ].filter((key) => usedKeys.has(key))
}
