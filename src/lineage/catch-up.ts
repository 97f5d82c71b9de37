import { setImmediate as nextTurn } from 'node:timers/promises'
import { forOrg, inTx, type Db } from '../db/database.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { Call } from '../lib/call.ts'
import { holdWorkflow, readWorkflowRow } from '../workflows/assert-workflow.ts'
import { readVersion } from '../workflows/read-version.ts'
import { READER_REVISION } from './lineage.ts'
import { projectTasks } from './project-tasks.ts'
import { listProjectionStates, type ProjectionState } from './projection-store.ts'
import { readTask } from './read-sql.ts'

export interface CatchUpDeps {
  readonly db: Db
}

/** A workflow whose tables show another version than its newest, or not all of it. */
export interface StaleWorkflow {
  readonly orgId: string
  readonly workflowId: string
  readonly version: number
}

export interface StalePage {
  readonly stale: readonly StaleWorkflow[]
  /** Where the next page begins; null: that was the last. */
  readonly next: { readonly orgId: string; readonly workflowId: string } | null
}

const PAGE = 500
export const FIRST_PAGE = { orgId: '', workflowId: '' }

/** Looks through all workflows in pages of their key: no list of what is stale is kept. */
export async function listStale(
  deps: CatchUpDeps,
  after: { readonly orgId: string; readonly workflowId: string },
): Promise<StalePage> {
  const rows = await listProjectionStates(deps.db, after, PAGE)
  const last = rows.length === PAGE ? rows.at(-1) : undefined
  return {
    stale: rows.flatMap((row) =>
      row.latest_version === null ? [] : toStale(row, row.latest_version),
    ),
    next: last ? { orgId: last.org_id, workflowId: last.workflow_id } : null,
  }
}

function toStale(row: ProjectionState, latest: number): readonly StaleWorkflow[] {
  const isDone =
    row.version === latest && row.reader_revision === READER_REVISION && row.is_complete === 1
  return isDone ? [] : [{ orgId: row.org_id, workflowId: row.workflow_id, version: latest }]
}

/** Reads the newest version's SQL between other work, then writes its rows. */
export async function catchUpLineage(
  deps: CatchUpDeps,
  call: Call,
  { workflowId, version }: StaleWorkflow,
): Promise<void> {
  const at = forOrg(deps.db, call.orgId)
  const { document } = await readVersion(at, workflowId, version)
  await readAhead(document, call.signal)
  await inTx(at, async (tx) => {
    await holdWorkflow(tx, workflowId)
    const { latest_version: latest } = await readWorkflowRow(tx, workflowId)
    // A version that was made meanwhile has written its own rows.
    if (latest === version) await projectTasks(tx, workflowId, version, document)
  })
}

async function readAhead(document: WorkflowDocument, signal: AbortSignal): Promise<void> {
  for (const task of document.tasks) {
    readTask(task)
    await nextTurn(undefined, { signal })
  }
}
