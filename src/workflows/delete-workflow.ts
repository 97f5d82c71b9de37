import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx } from '../db/database.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import type { WorkflowDeps } from './create-workflow.ts'
import {
  countLiveDeployments,
  findActivePublication,
  lockWorkflow,
  updateWorkflow,
} from './workflow-store.ts'

/** Hides it; versions, runs and audit stay, and its id is never used again. */
export async function deleteWorkflow(
  deps: WorkflowDeps,
  call: Call,
  input: { readonly workflowId: string },
): Promise<void> {
  const at = deps.now()
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    await lockWorkflow(tx, input.workflowId)
    const publicationId = await findActivePublication(tx, input.workflowId)
    if (publicationId !== null) {
      throw new AppError(
        'conflict',
        'workflow.publishing',
        `the publication ${publicationId} of it is still under way; cancel it or let it end first`,
        { details: { publication_id: publicationId } },
      )
    }
    if ((await countLiveDeployments(tx, input.workflowId)) > 0) {
      throw new AppError(
        'conflict',
        'workflow.deployed',
        'it is still deployed; undeploy it everywhere first',
      )
    }
    await updateWorkflow(tx, input.workflowId, { deleted_at: at, updated_at: at })
    await recordAudit(tx, call, {
      action: 'workflow.delete',
      subjectType: 'workflow',
      subjectId: input.workflowId,
      at,
    })
  })
}
