import { recordAudit } from '../audit/record-audit.ts'
import type { OrgTx } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import { canonicalText, digestOf } from '../definition/canonical.ts'
import { diffDocuments, summarize, type DiffSummary } from '../definition/diff.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { projectTasks } from '../lineage/project-tasks.ts'
import { findNewest, insertVersion } from './version-store.ts'
import { headOf, toVersion } from './workflow.ts'
import { updateTags, updateWorkflow } from './workflow-store.ts'

export interface NewVersion {
  readonly row: Row<'data_workflow'>
  readonly document: WorkflowDocument
  readonly author: { readonly id: string; readonly name: string }
  readonly authors: readonly string[]
  readonly note: string
  readonly rolledBackFrom: number | null
  readonly at: Date
}

/** The number that its next version gets. */
export function nextVersion({
  latest_version,
}: Pick<Row<'data_workflow'>, 'latest_version'>): number {
  return (latest_version ?? 0) + 1
}

/** The next number of a workflow whose row is locked. */
export async function addVersion(tx: OrgTx, call: Call, input: NewVersion): Promise<number> {
  const { row, document, at } = input
  const digest = digestOf(document)
  const newest = await findNewest(tx, row)
  if (newest?.digest === digest) {
    throw new AppError(
      'conflict',
      'version.unchanged',
      `nothing changed since v${newest.version}`,
      { details: { version: newest.version } },
    )
  }
  const version = nextVersion(row)
  await insertVersion(tx, {
    workflow_id: row.workflow_id,
    version,
    digest,
    definition_json: canonicalText(document),
    node_attrs: '{}',
    author_id: input.author.id,
    author_name: input.author.name,
    authors: writeJson(input.authors),
    note: input.note,
    diff_summary: writeJson(
      newest
        ? summarize(diffDocuments(toVersion(newest).document, document))
        : firstSummary(document),
    ),
    rolled_back_from: input.rolledBackFrom,
    created_at: at,
  })
  await updateWorkflow(tx, row.workflow_id, {
    latest_version: version,
    draft_authors: '[]',
    updated_at: at,
  })
  await projectTasks(tx, row.workflow_id, version, document)
  await recordAudit(tx, call, {
    action: input.rolledBackFrom === null ? 'version.create' : 'version.rollback',
    subjectType: 'version',
    subjectId: `${row.workflow_id}/v${version}`,
    after: { digest, note: input.note, rolled_back_from: input.rolledBackFrom },
    at,
  })
  return version
}

/** A version whose content is not the draft's; the draft becomes it as well. */
export async function addVersionAndDraft(
  tx: OrgTx,
  call: Call,
  input: NewVersion,
): Promise<number> {
  const { row, document } = input
  const version = await addVersion(tx, call, input)
  await updateWorkflow(tx, row.workflow_id, {
    ...headOf(document),
    draft_json: canonicalText(document),
    draft_revision: row.draft_revision + 1,
  })
  await updateTags(tx, row.workflow_id, document.tags)
  return version
}

function firstSummary(document: WorkflowDocument): DiffSummary {
  const edges = document.tasks.reduce((count, task) => count + task.needs.length, 0)
  return {
    tasks_added: document.tasks.length,
    tasks_removed: 0,
    tasks_renamed: 0,
    tasks_changed: 0,
    edges_changed: edges,
    other_changes: 0,
  }
}
