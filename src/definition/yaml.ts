import { stringify } from 'yaml'
import type { WorkflowDocument } from './document.ts'

/** The document as YAML in the schema's own order, ready to be imported again. */
export function toYaml(document: WorkflowDocument): string {
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 })
}
