import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type OrgTx } from '../db/database.ts'
import { readJson, writeJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import { canonicalText, digestOf } from '../definition/canonical.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import { diffThreeWay } from '../definition/three-way.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import type { WorkflowDeps } from './create-workflow.ts'
import { draftOf } from './read-document.ts'
import { findNewest } from './version-store.ts'
import { Authors, headOf, toVersion } from './workflow.ts'
import { lockWorkflow, updateTags, updateWorkflow } from './workflow-store.ts'

export interface SaveDraftInput {
  readonly workflowId: string
  readonly document: WorkflowDocument
  /** The revision that the writer read; null: whatever it is now. */
  readonly revision: number | null
}

/** Saves a draft; semantic faults are saved too and block only the snapshot. */
export async function saveDraft(
  deps: WorkflowDeps,
  call: Call,
  input: SaveDraftInput,
): Promise<void> {
  const { document, workflowId } = input
  if (document.id !== workflowId) {
    throw new AppError('invalid', 'workflow.invalid', 'a workflow keeps its id', {
      issues: [{ pointer: '/id', code: 'definition.id', message: `must be "${workflowId}"` }],
    })
  }
  const at = deps.now()
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const row = await lockWorkflow(tx, workflowId)
    if (input.revision !== null && input.revision !== row.draft_revision)
      throw await stale(tx, row, document)
    const draftJson = canonicalText(document)
    if (draftJson === row.draft_json) return
    const authors = new Set([...readJson(Authors, row.draft_authors), call.actor.id])
    await updateWorkflow(tx, workflowId, {
      ...headOf(document),
      draft_json: draftJson,
      draft_revision: row.draft_revision + 1,
      draft_authors: writeJson([...authors]),
      updated_at: at,
    })
    await updateTags(tx, workflowId, document.tags)
    await recordAudit(tx, call, {
      action: 'workflow.save_draft',
      subjectType: 'workflow',
      subjectId: workflowId,
      after: { digest: digestOf(document), revision: row.draft_revision + 1 },
      at,
    })
  })
}

/** The base is the newest version: what the draft started from is not kept. */
async function stale(
  tx: OrgTx,
  row: Row<'data_workflow'>,
  mine: WorkflowDocument,
): Promise<AppError> {
  const theirs = draftOf(row)
  const newest = await findNewest(tx, row)
  const base = newest ? toVersion(newest).document : theirs
  return new AppError(
    'conflict',
    'workflow.stale_draft',
    `the draft was changed since revision was read; it is now "${row.draft_revision}"`,
    {
      details: {
        current_etag: `"${row.draft_revision}"`,
        difference: diffThreeWay(base, { mine, theirs }),
      },
    },
  )
}
