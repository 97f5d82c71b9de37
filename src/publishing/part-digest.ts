import { digestOf } from '../definition/canonical.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import { enginePart } from '../definition/engine-part.ts'

/** Of what the engine keeps: the definition and the schedule, which is published with it. */
export function partDigestOf(document: WorkflowDocument): string {
  return digestOf(enginePart(document))
}
