import type { OrgReader, OrgTx } from '../db/database.ts'
import { isDuplicate } from '../db/mysql-errors.ts'
import type { NewRow, Row, RowPatch } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'

export async function findWorkflow(
  at: OrgReader,
  workflowId: string,
): Promise<Row<'data_workflow'> | null> {
  const row = await at.q
    .selectFrom('data_workflow')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', workflowId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

export async function getWorkflow(
  at: OrgReader,
  workflowId: string,
): Promise<Row<'data_workflow'>> {
  return (await findWorkflow(at, workflowId)) ?? notFound(workflowId)
}

/** Serialises everything that decides about one workflow: its draft, its next version number. */
export async function lockWorkflow(tx: OrgTx, workflowId: string): Promise<Row<'data_workflow'>> {
  const row = await tx.q
    .selectFrom('data_workflow')
    .selectAll()
    .where('org_id', '=', tx.orgId)
    .where('workflow_id', '=', workflowId)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  return row ?? notFound(workflowId)
}

function notFound(workflowId: string): never {
  throw new AppError('not_found', 'workflow.not_found', `no workflow "${workflowId}"`)
}

/** The id is never used again, deleted or not: the primary key sees to it. */
export async function insertWorkflow(
  tx: OrgTx,
  workflow: Omit<NewRow<'data_workflow'>, 'org_id'>,
): Promise<void> {
  await tx.q
    .insertInto('data_workflow')
    .values({ ...workflow, org_id: tx.orgId })
    .execute()
    .catch((error: unknown) => {
      if (!isDuplicate(error, 'PRIMARY')) throw error
      throw new AppError(
        'conflict',
        'workflow.exists',
        `the id "${workflow.workflow_id}" is taken or was used before`,
        {
          cause: error,
          issues: [{ pointer: '/id', code: 'workflow.exists', message: 'taken' }],
        },
      )
    })
}

export async function updateWorkflow(
  tx: OrgTx,
  workflowId: string,
  change: RowPatch<'data_workflow'>,
): Promise<void> {
  await tx.q
    .updateTable('data_workflow')
    .set(change)
    .where('org_id', '=', tx.orgId)
    .where('workflow_id', '=', workflowId)
    .execute()
}

export async function updateTags(
  tx: OrgTx,
  workflowId: string,
  tags: readonly string[],
): Promise<void> {
  await tx.q
    .deleteFrom('data_workflow_tag')
    .where('org_id', '=', tx.orgId)
    .where('workflow_id', '=', workflowId)
    .execute()
  if (tags.length === 0) return
  const rows = [...new Set(tags)].map((tag) => ({ org_id: tx.orgId, workflow_id: workflowId, tag }))
  await tx.q.insertInto('data_workflow_tag').values(rows).execute()
}

/** Environments where it still exists on an engine. */
export async function countLiveDeployments(at: OrgReader, workflowId: string): Promise<number> {
  const { count } = await at.q
    .selectFrom('workflow_deployment')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', workflowId)
    .where('engine_code', 'is not', null)
    .executeTakeFirstOrThrow()
  return count
}

/** A publication of it that is still under way, wherever to. */
export async function findActivePublication(
  at: OrgReader,
  workflowId: string,
): Promise<string | null> {
  const row = await at.q
    .selectFrom('workflow_publish_record')
    .select('publication_id')
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', workflowId)
    .where('active_key', 'is not', null)
    .executeTakeFirst()
  return row?.publication_id ?? null
}

/** Ids are never used again, so deleted workflows count. */
export async function findUsedIds(at: OrgReader): Promise<ReadonlySet<string>> {
  const rows = await at.q
    .selectFrom('data_workflow')
    .select('workflow_id')
    .where('org_id', '=', at.orgId)
    .execute()
  return new Set(rows.map((row) => row.workflow_id))
}
