import { z } from '@hono/zod-openapi'
import { SEVERITIES } from '../definition/checks/check.ts'
import { CHECKS } from '../definition/checks/check-document.ts'
import { DocumentDiff as PlainDiff } from '../definition/diff.ts'
import { WorkflowDocument as PlainDocument } from '../definition/document.ts'

/** The same schemas, named in the API's document. */
export const WorkflowDocument = PlainDocument.openapi('WorkflowDocument')
export const DocumentDiff = PlainDiff.openapi('DocumentDiff')

/** What is probably not meant (docs/checks.md); blocks nothing by itself. */
export const CheckFinding = z
  .object({
    check: z.enum(CHECKS.map(({ id }) => id)),
    severity: z.enum(SEVERITIES),
    pointer: z.string(),
    message: z.string(),
  })
  .openapi('CheckFinding')
