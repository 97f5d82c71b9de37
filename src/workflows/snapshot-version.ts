import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, type OrgTx } from '../db/database.ts'
import { idempotently } from '../db/idempotent.ts'
import { readJson, writeJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import { canonicalText, digestOf } from '../definition/canonical.ts'
import { diffDocuments, summarize, type DiffSummary } from '../definition/diff.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import { findIssues } from '../definition/validate.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import type { WorkflowDeps } from './create-workflow.ts'
import { draftOf } from './read-document.ts'
import { findVersion, getVersion, insertVersion } from './version-store.ts'
import { Authors, headOf, toVersion } from './workflow.ts'
import { lockWorkflow, updateTags, updateWorkflow } from './workflow-store.ts'

export interface SnapshotInput {
  readonly workflowId: string
  readonly note: string
  readonly idempotencyKey: string | undefined
}

/** The draft becomes the next version, unless it equals the newest one. Answers its number. */
export async function snapshotVersion(
  deps: WorkflowDeps,
  call: Call,
  input: SnapshotInput,
): Promise<number> {
  const at = deps.now()
  const request = { workflow_id: input.workflowId, note: input.note }
  const { value } = await idempotently(
    forOrg(deps.db, call.orgId),
    call,
    { operation: 'createVersion', key: input.idempotencyKey, request, at },
    async (tx) => {
      const row = await lockWorkflow(tx, input.workflowId)
      const document = draftOf(row)
      const issues = findIssues(document)
      if (issues.length > 0)
        throw new AppError(
          'invalid',
          'workflow.invalid',
          'the draft has faults and cannot become a version',
          { issues },
        )
      const authors = [...new Set([...readJson(Authors, row.draft_authors), call.actor.id])]
      return String(
        await addVersion(tx, call, {
          row,
          document,
          authors,
          note: input.note,
          rolledBackFrom: null,
          at,
        }),
      )
    },
  )
  return Number(value)
}

export interface RollbackInput {
  readonly workflowId: string
  readonly version: number
  readonly note: string
}

/** A new version with an old content, which the draft becomes as well. */
export async function rollbackVersion(
  deps: WorkflowDeps,
  call: Call,
  input: RollbackInput & { readonly idempotencyKey: string | undefined },
): Promise<number> {
  const at = deps.now()
  const request = { workflow_id: input.workflowId, version: input.version, note: input.note }
  const { value } = await idempotently(
    forOrg(deps.db, call.orgId),
    call,
    { operation: 'rollbackVersion', key: input.idempotencyKey, request, at },
    async (tx) => {
      const row = await lockWorkflow(tx, input.workflowId)
      const old = toVersion(await getVersion(tx, input.workflowId, input.version))
      const authors = [...new Set([...old.authors, call.actor.id])]
      const version = await addVersion(tx, call, {
        row,
        document: old.document,
        authors,
        note: input.note,
        rolledBackFrom: input.version,
        at,
      })
      await updateWorkflow(tx, input.workflowId, {
        ...headOf(old.document),
        draft_json: canonicalText(old.document),
        draft_revision: row.draft_revision + 1,
      })
      await updateTags(tx, input.workflowId, old.document.tags)
      return String(version)
    },
  )
  return Number(value)
}

interface NewVersion {
  readonly row: Row<'data_workflow'>
  readonly document: WorkflowDocument
  readonly authors: readonly string[]
  readonly note: string
  readonly rolledBackFrom: number | null
  readonly at: Date
}

async function addVersion(tx: OrgTx, call: Call, input: NewVersion): Promise<number> {
  const { row, document, at } = input
  const digest = digestOf(document)
  const newest =
    row.latest_version === null ? null : await findVersion(tx, row.workflow_id, row.latest_version)
  if (newest?.digest === digest) {
    throw new AppError(
      'conflict',
      'version.unchanged',
      `nothing changed since v${newest.version}`,
      { details: { version: newest.version } },
    )
  }
  const version = (row.latest_version ?? 0) + 1
  await insertVersion(tx, {
    workflow_id: row.workflow_id,
    version,
    digest,
    definition_json: canonicalText(document),
    node_attrs: '{}',
    author_id: call.actor.id,
    author_name: call.actor.name,
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
  await recordAudit(tx, call, {
    action: input.rolledBackFrom === null ? 'version.create' : 'version.rollback',
    subjectType: 'version',
    subjectId: `${row.workflow_id}/v${version}`,
    after: { digest, note: input.note, rolled_back_from: input.rolledBackFrom },
    at,
  })
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
