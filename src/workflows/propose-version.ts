import type { OrgTx } from '../db/database.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { Call } from '../lib/call.ts'
import { addVersionAndDraft } from './add-version.ts'
import { assertDraftSaved } from './stale-draft.ts'
import { findNewest } from './version-store.ts'
import { lockWorkflow } from './workflow-store.ts'

export interface Proposal {
  readonly workflowId: string
  readonly document: WorkflowDocument
  /** Also where the draft holds changes that are in no version yet. */
  readonly overwritesDraft: boolean
  readonly note: string
  readonly at: Date
}

/** A version that nobody drafted here; the draft follows it. Answers its number. */
export async function proposeVersion(
  tx: OrgTx,
  call: Call,
  { workflowId, document, overwritesDraft, note, at }: Proposal,
): Promise<number> {
  const row = await lockWorkflow(tx, workflowId)
  if (!overwritesDraft)
    assertDraftSaved(row, await findNewest(tx, row), { parameter: 'overwrite_draft' })
  return addVersionAndDraft(tx, call, {
    row,
    document,
    author: call.actor,
    authors: [call.actor.id],
    note,
    rolledBackFrom: null,
    at,
  })
}
