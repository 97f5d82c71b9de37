import { z } from 'zod'
import type { OrgReader, OrgTx } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import type { NewRow, Row } from '../db/tables.ts'
import { newId } from '../lib/ids.ts'
import type { DeployedCodes } from './bind-names.ts'

const TaskCodes = z.record(z.string(), z.string())

export interface Place {
  readonly workflowId: string
  readonly environmentId: string
}

export async function findDeployment(
  at: OrgReader,
  place: Place,
): Promise<Row<'workflow_deployment'> | null> {
  const row = await at.q
    .selectFrom('workflow_deployment')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', place.workflowId)
    .where('environment_id', '=', place.environmentId)
    .executeTakeFirst()
  return row ?? null
}

/** What exists on the environment's engine, by workflow id. */
export async function listDeployedCodes(
  at: OrgReader,
  environmentId: string,
): Promise<ReadonlyMap<string, DeployedCodes>> {
  const rows = await at.q
    .selectFrom('workflow_deployment')
    .select(['workflow_id', 'engine_code', 'task_codes'])
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
    .where('engine_code', 'is not', null)
    .execute()
  return new Map(
    rows.flatMap(({ workflow_id: id, engine_code: code, task_codes: codes }) =>
      code === null ? [] : [[id, { code, taskCodes: readJson(TaskCodes, codes) }] as const],
    ),
  )
}

/** The names that the last deploys in an environment resolved, one text a workflow. */
export async function listBoundNames(
  at: OrgReader,
  environmentId: string,
): Promise<readonly (string | null)[]> {
  const rows = await at.q
    .selectFrom('workflow_deployment')
    .select('bound_names')
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
    .where('engine_code', 'is not', null)
    .execute()
  return rows.map((row) => row.bound_names)
}

export type DeploymentChange = Omit<
  Partial<NewRow<'workflow_deployment'>>,
  'org_id' | 'updated_at'
> & {
  readonly updated_at: Date
}

/** Writes what is known of a place; makes its row the first time. */
export async function saveDeployment(
  tx: OrgTx,
  place: Place,
  change: DeploymentChange,
): Promise<void> {
  const key = {
    org_id: tx.orgId,
    workflow_id: place.workflowId,
    environment_id: place.environmentId,
  }
  await tx.q
    .insertInto('workflow_deployment')
    .values({
      state: 'deploying',
      task_codes: '{}',
      is_online: false,
      is_schedule_online: false,
      created_at: change.updated_at,
      ...change,
      ...key,
      deployment_id: newId('dep'),
    })
    .onDuplicateKeyUpdate(change)
    .execute()
}

export async function clearOnlineSince(tx: OrgTx, place: Place, at: Date): Promise<void> {
  await tx.q
    .updateTable('workflow_deployment')
    .set({ online_since: null, updated_at: at })
    .where('org_id', '=', tx.orgId)
    .where('workflow_id', '=', place.workflowId)
    .where('environment_id', '=', place.environmentId)
    .execute()
}

export async function lockOnlineSince(
  tx: OrgTx,
  place: Place,
): Promise<Pick<Row<'workflow_deployment'>, 'version' | 'online_since'> | null> {
  const row = await tx.q
    .selectFrom('workflow_deployment')
    .select(['version', 'online_since'])
    .where('org_id', '=', tx.orgId)
    .where('workflow_id', '=', place.workflowId)
    .where('environment_id', '=', place.environmentId)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}
