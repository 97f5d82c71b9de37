import { forOrg } from '../db/database.ts'
import { idempotently } from '../db/idempotent.ts'
import { readJson } from '../db/json-column.ts'
import { digestOf } from '../definition/canonical.ts'
import { findIssues } from '../definition/validate.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { addVersion, addVersionAndDraft } from './add-version.ts'
import type { WorkflowDeps } from './create-workflow.ts'
import { draftOf } from './read-document.ts'
import { assertDraftSaved } from './stale-draft.ts'
import { findNewest, getVersion } from './version-store.ts'
import { Authors, toVersion } from './workflow.ts'
import { lockWorkflow } from './workflow-store.ts'

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
      // What was adopted with a fault is no new version either, and says so first.
      const newest = await findNewest(tx, row)
      const issues = newest?.digest === digestOf(document) ? [] : findIssues(document)
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
          author: call.actor,
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
  /** Also where the draft holds changes that are in no version yet. */
  readonly overwritesDraft: boolean
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
      if (!input.overwritesDraft)
        assertDraftSaved(row, await findNewest(tx, row), { parameter: 'overwrite_draft' })
      const authors = [...new Set([...old.authors, call.actor.id])]
      const version = await addVersionAndDraft(tx, call, {
        row,
        document: old.document,
        author: call.actor,
        authors,
        note: input.note,
        rolledBackFrom: input.version,
        at,
      })
      return String(version)
    },
  )
  return Number(value)
}
