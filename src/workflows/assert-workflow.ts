import type { OrgReader } from '../db/database.ts'
import { AppError } from '../lib/errors.ts'

/** @throws AppError `workflow.not_found`, for a deleted one as well */
export async function assertWorkflow(at: OrgReader, workflowId: string): Promise<void> {
  const row = await at.q
    .selectFrom('data_workflow')
    .select('workflow_id')
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', workflowId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw new AppError('not_found', 'workflow.not_found', `no workflow "${workflowId}"`)
}
