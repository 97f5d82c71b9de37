import { recordAudit } from '../audit/record-audit.ts'
import type { OrgReader, OrgTx } from '../db/database.ts'
import { canonicalText, digestOf } from '../definition/canonical.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { Call } from '../lib/call.ts'
import { addVersion } from './add-version.ts'
import { headOf } from './workflow.ts'
import { findNewest, getVersion } from './version-store.ts'
import {
  findUsedIds,
  insertWorkflow,
  lockWorkflow,
  updateTags,
  updateWorkflow,
} from './workflow-store.ts'

export interface Adopted {
  readonly document: WorkflowDocument
  readonly author: { readonly id: string; readonly name: string }
  readonly note: string
  readonly at: Date
}

/** A workflow whose first version is what somebody else's hands made elsewhere. Answers its digest. */
export async function adoptWorkflow(tx: OrgTx, call: Call, adopted: Adopted): Promise<string> {
  const { document, author, note, at } = adopted
  const digest = digestOf(document)
  await insertWorkflow(tx, {
    ...headOf(document),
    workflow_id: document.id,
    draft_json: canonicalText(document),
    draft_revision: 1,
    draft_authors: '[]',
    layout: '{}',
    created_by: author.id,
    created_at: at,
    updated_at: at,
  })
  await updateTags(tx, document.id, document.tags)
  await recordAudit(tx, call, {
    action: 'workflow.adopt',
    subjectType: 'workflow',
    subjectId: document.id,
    after: { digest, author: author.name },
    at,
  })
  await addVersion(tx, call, {
    row: await lockWorkflow(tx, document.id),
    document,
    author,
    authors: [author.id],
    note,
    rolledBackFrom: null,
    at,
  })
  return digest
}

/**
 * What runs elsewhere of a workflow that is here: the version that it was compared with where they
 * are equal, else a version of its own. The draft stays, and whose it is.
 */
export async function adoptVersion(
  tx: OrgTx,
  call: Call,
  { document, author, note, at, baseVersion }: Adopted & { readonly baseVersion: number },
): Promise<{ readonly version: number; readonly digest: string }> {
  const row = await lockWorkflow(tx, document.id)
  const digest = digestOf(document)
  const base = await getVersion(tx, document.id, baseVersion)
  const equal = [base, await findNewest(tx, row)].find((version) => version?.digest === digest)
  if (equal) return { version: equal.version, digest }
  const version = await addVersion(tx, call, {
    row,
    document,
    author,
    authors: [author.id],
    note,
    rolledBackFrom: null,
    at,
  })
  await updateWorkflow(tx, document.id, { draft_authors: row.draft_authors })
  return { version, digest }
}

/** Ids that no new workflow can have: in use, or used before. */
export async function usedIds(at: OrgReader): Promise<ReadonlySet<string>> {
  return findUsedIds(at)
}
