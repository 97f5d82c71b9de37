import { DocumentDiff as PlainDiff } from '../definition/diff.ts'
import { WorkflowDocument as PlainDocument } from '../definition/document.ts'

/** The same schemas, named in the API's document. */
export const WorkflowDocument = PlainDocument.openapi('WorkflowDocument')
export const DocumentDiff = PlainDiff.openapi('DocumentDiff')
