import { forOrg, inTx, type OrgTx } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import { digestOf } from '../definition/canonical.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { Parsed } from '../definition/parse.ts'
import { findIssues } from '../definition/validate.ts'
import type { Call } from '../lib/call.ts'
import { AppError, type Issue } from '../lib/errors.ts'
import { adoptWorkflow, usedIds } from './adopt-workflow.ts'
import { addVersionAndDraft, nextVersion } from './add-version.ts'
import type { WorkflowDeps } from './create-workflow.ts'
import { assertDraftSaved } from './stale-draft.ts'
import { findNewest, listNewestDigests } from './version-store.ts'
import { Authors } from './workflow.ts'
import { findWorkflow, lockWorkflow } from './workflow-store.ts'

export type ImportAction = 'create' | 'new_version' | 'unchanged'

export interface ImportedDocument {
  readonly workflow_id: string
  readonly action: ImportAction
  /** The newest afterwards; null: in a preview of one that is created. */
  readonly version: number | null
}

export interface ImportDocumentsInput {
  readonly documents: readonly Parsed[]
  readonly note: string
  /** Only says what would be done. */
  readonly isPreview: boolean
  /** Also where a draft holds changes that are in no version yet. */
  readonly overwritesDrafts: boolean
}

/**
 * Documents from files as new versions, all of them or none: faults of every one are told at once,
 * by its place in the list.
 */
export async function importDocuments(
  deps: WorkflowDeps,
  call: Call,
  input: ImportDocumentsInput,
): Promise<readonly ImportedDocument[]> {
  const work = async (tx: OrgTx): Promise<readonly ImportedDocument[]> => {
    const documents = readable(input.documents, await newestDigests(tx, input.documents))
    const imported: ImportedDocument[] = []
    const used = await usedIds(tx)
    for (const [index, document] of inOrderOfIds(documents))
      imported[index] = await importOne(tx, call, { document, index, input, used, at: deps.now() })
    return imported
  }
  return inTx(forOrg(deps.db, call.orgId), work)
}

/** Each with its place: two imports of the same workflows lock them in one order. */
function inOrderOfIds(
  documents: readonly WorkflowDocument[],
): readonly (readonly [number, WorkflowDocument])[] {
  return [...documents.entries()].sort(([, a], [, b]) => (a.id < b.id ? -1 : 1))
}

/** Of what is there already, by id. */
async function newestDigests(
  tx: OrgTx,
  parsed: readonly Parsed[],
): Promise<ReadonlyMap<string, string>> {
  const workflowIds = parsed.flatMap((each) => (each.ok ? [each.document.id] : []))
  const rows = await listNewestDigests(tx, workflowIds)
  return new Map(rows.map((row) => [row.workflow_id, row.digest]))
}

/** A fault that was adopted from an engine stays where nothing else changes: an export comes back in. */
function readable(
  parsed: readonly Parsed[],
  newest: ReadonlyMap<string, string>,
): readonly WorkflowDocument[] {
  const seen = new Set<string>()
  const issues = parsed.flatMap((each, index): Issue[] => {
    const faults = each.ok ? [...newFaults(each.document, newest)] : [...each.issues]
    if (each.ok && seen.has(each.document.id))
      faults.push({
        pointer: '/id',
        code: 'definition.duplicate_id',
        message: `another document here has the id "${each.document.id}"`,
      })
    if (each.ok) seen.add(each.document.id)
    return faults.map((fault) => ({ ...fault, pointer: `/${index}${fault.pointer}` }))
  })
  if (issues.length > 0)
    throw new AppError('invalid', 'workflow.invalid', 'nothing was imported: there are faults', {
      issues,
    })
  return parsed.flatMap((each) => (each.ok ? [each.document] : []))
}

function newFaults(
  document: WorkflowDocument,
  newest: ReadonlyMap<string, string>,
): readonly Issue[] {
  const faults = findIssues(document)
  return faults.length > 0 && newest.get(document.id) === digestOf(document) ? [] : faults
}

interface One {
  readonly document: WorkflowDocument
  readonly index: number
  readonly input: ImportDocumentsInput
  /** Also by workflows that were deleted. */
  readonly used: ReadonlySet<string>
  readonly at: Date
}

async function importOne(tx: OrgTx, call: Call, one: One): Promise<ImportedDocument> {
  const { document, input, at } = one
  const { note, isPreview } = input
  const workflowId = document.id
  if (!(await findWorkflow(tx, workflowId))) {
    if (one.used.has(workflowId))
      throw new AppError(
        'conflict',
        'workflow.exists',
        `the id "${workflowId}" was used before, by a workflow that was deleted`,
        { issues: [{ pointer: `/${one.index}/id`, code: 'workflow.exists', message: 'taken' }] },
      )
    if (!isPreview) await adoptWorkflow(tx, call, { document, author: call.actor, note, at })
    return { workflow_id: workflowId, action: 'create', version: isPreview ? null : 1 }
  }
  const row = await lockWorkflow(tx, workflowId)
  const newest = await findNewest(tx, row)
  if (newest?.digest === digestOf(document))
    return { workflow_id: workflowId, action: 'unchanged', version: newest.version }
  const issue = {
    pointer: `/${one.index}`,
    code: 'workflow.stale_draft',
    message: `the draft of "${workflowId}" holds changes that are in no version`,
  }
  if (!input.overwritesDrafts)
    assertDraftSaved(row, newest, { parameter: 'overwrite_drafts', issues: [issue] })
  if (isPreview)
    return { workflow_id: workflowId, action: 'new_version', version: nextVersion(row) }
  const authors = new Set([...readJson(Authors, row.draft_authors), call.actor.id])
  const version = await addVersionAndDraft(tx, call, {
    row,
    document,
    author: call.actor,
    authors: [...authors],
    note,
    rolledBackFrom: null,
    at,
  })
  return { workflow_id: workflowId, action: 'new_version', version }
}
