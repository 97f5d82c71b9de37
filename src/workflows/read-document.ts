import { WorkflowDocument } from '../definition/document.ts'
import type { Parsed } from '../definition/parse.ts'
import { readJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'

/** The document of a request body. @throws AppError `workflow.invalid` with every pointer */
export function documentOf(parsed: Parsed): WorkflowDocument {
  if (parsed.ok) return parsed.document
  throw new AppError(
    'invalid',
    'workflow.invalid',
    'the definition does not fit the schema slipway/v1',
    { issues: parsed.issues },
  )
}

export function draftOf(row: Row<'data_workflow'>): WorkflowDocument {
  return readJson(WorkflowDocument, row.draft_json)
}
