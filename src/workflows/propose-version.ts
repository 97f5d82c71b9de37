import type { OrgTx } from '../db/database.ts'
import { canonicalText } from '../definition/canonical.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { Call } from '../lib/call.ts'
import { addVersion } from './add-version.ts'
import { headOf } from './workflow.ts'
import { lockWorkflow, updateTags, updateWorkflow } from './workflow-store.ts'

export interface Proposal {
  readonly workflowId: string
  readonly document: WorkflowDocument
  readonly note: string
  readonly at: Date
}

/** A version that nobody drafted here; the draft follows it. Answers its number. */
export async function proposeVersion(
  tx: OrgTx,
  call: Call,
  { workflowId, document, note, at }: Proposal,
): Promise<number> {
  const row = await lockWorkflow(tx, workflowId)
  const version = await addVersion(tx, call, {
    row,
    document,
    author: call.actor,
    authors: [call.actor.id],
    note,
    rolledBackFrom: null,
    at,
  })
  await updateWorkflow(tx, workflowId, {
    ...headOf(document),
    draft_json: canonicalText(document),
    draft_revision: row.draft_revision + 1,
  })
  await updateTags(tx, workflowId, document.tags)
  return version
}
