import type { OrgTx } from '../db/database.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import { READER_REVISION, toProjection } from './lineage.ts'
import { updateProjection } from './projection-store.ts'
import { createTaskReader } from './read-sql.ts'

/**
 * The tasks of a workflow's newest version become rows to search, in the transaction that makes the
 * version. Much new SQL at once stays `pending` for `catchUpLineage`.
 */
export async function projectTasks(
  tx: OrgTx,
  workflowId: string,
  version: number,
  document: WorkflowDocument,
): Promise<void> {
  await updateProjection(
    tx,
    { workflow_id: workflowId, version, reader_revision: READER_REVISION },
    toProjection(version, document, createTaskReader()),
  )
}
