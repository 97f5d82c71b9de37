import type { OrgReader, OrgTx } from '../db/database.ts'
import type { Row } from '../db/tables.ts'
import { getWorkflow, lockWorkflow } from './workflow-store.ts'

/** @throws AppError `workflow.not_found`, for a deleted one as well */
export async function assertWorkflow(at: OrgReader, workflowId: string): Promise<void> {
  await getWorkflow(at, workflowId)
}

/** The same, and it stays undeleted until the transaction ends. @throws AppError `workflow.not_found` */
export async function holdWorkflow(tx: OrgTx, workflowId: string): Promise<void> {
  await lockWorkflow(tx, workflowId)
}

/** The workflow as it is stored now. @throws AppError `workflow.not_found` */
export async function readWorkflowRow(
  at: OrgReader,
  workflowId: string,
): Promise<Row<'data_workflow'>> {
  return getWorkflow(at, workflowId)
}
