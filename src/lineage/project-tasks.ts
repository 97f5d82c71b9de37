import type { OrgTx, Tx } from '../db/database.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import { READER_REVISION, toProjection } from './lineage.ts'
import { updateProjection } from './projection-store.ts'
import { createTaskReader, type TaskReader } from './read-sql.ts'

/**
 * The tasks of a workflow's newest version become rows to search, in the transaction that makes the
 * version. Much new SQL in one transaction stays `pending` for `catchUpLineage`.
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
    toProjection(version, document, readerOf(tx)),
  )
}

/** One for all workflows of a transaction, which may be as many as an export of everything has. */
const readers = new WeakMap<Tx, TaskReader>()

function readerOf({ q }: OrgTx): TaskReader {
  const reader = readers.get(q) ?? createTaskReader()
  readers.set(q, reader)

  return reader
}
