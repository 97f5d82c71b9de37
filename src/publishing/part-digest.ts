import { digestOf } from '../definition/canonical.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import { enginePart } from '../definition/engine-part.ts'

/** Of what the engine's definition keeps; the schedule stands beside it there. */
export function partDigestOf(document: WorkflowDocument): string {
  const { schedule: _schedule, ...definition } = document
  return digestOf(enginePart(definition))
}
