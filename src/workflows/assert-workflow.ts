import type { OrgReader } from '../db/database.ts'
import { getWorkflow } from './workflow-store.ts'

/** @throws AppError `workflow.not_found`, for a deleted one as well */
export async function assertWorkflow(at: OrgReader, workflowId: string): Promise<void> {
  await getWorkflow(at, workflowId)
}
