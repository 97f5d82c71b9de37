import type { OrgTx } from '../db/database.ts'
import { canonicalText } from '../definition/canonical.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { addVersion } from './add-version.ts'
import { findVersion } from './version-store.ts'
import { headOf } from './workflow.ts'
import { lockWorkflow, updateTags, updateWorkflow } from './workflow-store.ts'

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
  const newest =
    row.latest_version === null ? null : await findVersion(tx, workflowId, row.latest_version)
  if (!overwritesDraft && row.draft_json !== newest?.definition_json)
    throw new AppError(
      'conflict',
      'workflow.stale_draft',
      `the draft of "${workflowId}" holds changes that are in no version; say overwrite_draft=true to drop them`,
    )
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
