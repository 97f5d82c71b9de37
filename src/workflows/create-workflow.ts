import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, type Db } from '../db/database.ts'
import { idempotently } from '../db/idempotent.ts'
import { writeJson } from '../db/json-column.ts'
import { canonicalText, digestOf } from '../definition/canonical.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { Call } from '../lib/call.ts'
import type { Clock } from '../lib/time.ts'
import { headOf } from './workflow.ts'
import { insertWorkflow, updateTags } from './workflow-store.ts'

export interface WorkflowDeps {
  readonly db: Db
  readonly now: Clock
}

/** Makes the workflow with its first draft; no version yet, and nothing on any engine. */
export async function createWorkflow(
  deps: WorkflowDeps,
  call: Call,
  input: { readonly document: WorkflowDocument; readonly idempotencyKey: string | undefined },
): Promise<string> {
  const { document } = input
  const at = deps.now()
  const request = { digest: digestOf(document) }
  const { value } = await idempotently(
    forOrg(deps.db, call.orgId),
    call,
    { operation: 'createWorkflow', key: input.idempotencyKey, request, at },
    async (tx) => {
      await insertWorkflow(tx, {
        ...headOf(document),
        workflow_id: document.id,
        draft_json: canonicalText(document),
        draft_revision: 1,
        draft_authors: writeJson([call.actor.id]),
        layout: '{}',
        created_by: call.actor.id,
        created_at: at,
        updated_at: at,
      })
      await updateTags(tx, document.id, document.tags)
      await recordAudit(tx, call, {
        action: 'workflow.create',
        subjectType: 'workflow',
        subjectId: document.id,
        after: request,
        at,
      })
      return document.id
    },
  )
  return value
}
