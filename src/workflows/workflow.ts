import { z } from 'zod'
import { DiffSummary } from '../definition/diff.ts'
import { WorkflowDocument } from '../definition/document.ts'
import { readJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { VersionHead } from './version-store.ts'

export const Authors = z.array(z.string())

export interface WorkflowVersion {
  readonly workflowId: string
  readonly version: number
  readonly digest: string
  readonly document: WorkflowDocument
  /** Member ids of everybody who wrote at it: none of them may approve it. */
  readonly authors: readonly string[]
}

export function toVersion(row: Row<'workflow_version'>): WorkflowVersion {
  return {
    workflowId: row.workflow_id,
    version: row.version,
    digest: row.digest,
    document: readJson(WorkflowDocument, row.definition_json),
    authors: readJson(Authors, row.authors),
  }
}

export function toVersionHead(row: VersionHead) {
  return {
    version: row.version,
    digest: row.digest,
    author: row.author_name,
    note: row.note,
    diff_summary: readJson(DiffSummary, row.diff_summary),
    rolled_back_from: row.rolled_back_from,
    created_at: row.created_at.toISOString(),
  }
}

/** What the list and the detail page index of a document. */
export function headOf(document: WorkflowDocument) {
  return { name: document.name, owner: document.owner ?? null, description: document.description }
}
