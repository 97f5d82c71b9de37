import type { Db, OrgReader, OrgTx } from '../db/database.ts'
import type { Row } from '../db/tables.ts'
import { searchable } from '../db/text-search.ts'
import type { Projection } from './lineage.ts'

const CHUNK = 500

/** The rows of a workflow become these. */
export async function updateProjection(
  tx: OrgTx,
  head: Omit<Row<'workflow_projection'>, 'org_id' | 'is_complete'>,
  projection: Projection,
): Promise<void> {
  const id = { org_id: tx.orgId, workflow_id: head.workflow_id }
  for (const table of ['data_task', 'workflow_task_relation', 'task_dataset'] as const)
    await tx.q
      .deleteFrom(table)
      .where('org_id', '=', id.org_id)
      .where('workflow_id', '=', id.workflow_id)
      .execute()
  for (const rows of chunks(projection.tasks))
    await tx.q
      .insertInto('data_task')
      .values(rows.map((row) => ({ ...row, ...id })))
      .execute()
  for (const rows of chunks(projection.relations))
    await tx.q
      .insertInto('workflow_task_relation')
      .values(rows.map((row) => ({ ...row, ...id })))
      .execute()
  for (const rows of chunks(projection.datasets))
    await tx.q
      .insertInto('task_dataset')
      .values(rows.map((row) => ({ ...row, ...id })))
      .execute()
  const state = {
    version: head.version,
    reader_revision: head.reader_revision,
    is_complete: projection.isComplete,
    task_text: searchable(
      projection.tasks.map(({ task_key: key, name }) => `${key}\n${name}`).join('\n'),
    ),
  }
  await tx.q
    .insertInto('workflow_projection')
    .values({ ...id, ...state })
    .onDuplicateKeyUpdate(state)
    .execute()
}

function chunks<T>(rows: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, n) =>
    rows.slice(n * CHUNK, (n + 1) * CHUNK),
  )
}

export async function findProjection(
  at: OrgReader,
  workflowId: string,
): Promise<Row<'workflow_projection'> | null> {
  const row = await at.q
    .selectFrom('workflow_projection')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', workflowId)
    .executeTakeFirst()
  return row ?? null
}

export interface ProjectionState {
  readonly org_id: string
  readonly workflow_id: string
  readonly latest_version: number | null
  readonly version: number | null
  readonly reader_revision: number | null
  readonly is_complete: number | null
}

/** Workflows of all organizations after one of them, each with what is shown of it. */
export async function listProjectionStates(
  db: Db,
  after: { readonly orgId: string; readonly workflowId: string },
  limit: number,
): Promise<readonly ProjectionState[]> {
  return db
    .selectFrom('data_workflow as w')
    .leftJoin('workflow_projection as p', (join) =>
      join.onRef('p.org_id', '=', 'w.org_id').onRef('p.workflow_id', '=', 'w.workflow_id'),
    )
    .select(['w.org_id', 'w.workflow_id', 'w.latest_version'])
    .select(['p.version', 'p.reader_revision', 'p.is_complete'])
    .where('w.deleted_at', 'is', null)
    .where('w.org_id', '>=', after.orgId)
    .where((eb) =>
      eb.or([eb('w.org_id', '>', after.orgId), eb('w.workflow_id', '>', after.workflowId)]),
    )
    .orderBy('w.org_id')
    .orderBy('w.workflow_id')
    .limit(limit)
    .execute()
}
