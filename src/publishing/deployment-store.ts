import { z } from 'zod'
import type { OrgReader, OrgTx } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import { isDuplicate } from '../db/mysql-errors.ts'
import type { NewRow, Row } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
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

/** What exists on the environment's engine, by workflow id: all of it. */
export async function listDeployedCodes(
  at: OrgReader,
  environmentId: string,
): Promise<ReadonlyMap<string, DeployedCodes>> {
  return byWorkflow(await codesIn(at, environmentId).where('engine_code', 'is not', null).execute())
}

/** The same of these codes alone, of which most definitions name none. */
export async function findDeployedCodes(
  at: OrgReader,
  environmentId: string,
  engineCodes: readonly string[],
): Promise<ReadonlyMap<string, DeployedCodes>> {
  if (engineCodes.length === 0) return new Map()
  return byWorkflow(
    await codesIn(at, environmentId).where('engine_code', 'in', engineCodes).execute(),
  )
}

function codesIn(at: OrgReader, environmentId: string) {
  return at.q
    .selectFrom('workflow_deployment')
    .select(['workflow_id', 'engine_code', 'task_codes'])
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
}

function byWorkflow(
  rows: readonly Pick<Row<'workflow_deployment'>, 'workflow_id' | 'engine_code' | 'task_codes'>[],
): ReadonlyMap<string, DeployedCodes> {
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

/**
 * Writes what is known of a place; makes its row the first time. Never another place's, whatever
 * definition that one holds.
 */
export async function saveDeployment(
  tx: OrgTx,
  place: Place,
  change: DeploymentChange,
): Promise<void> {
  try {
    if (!(await updateDeployment(tx, place, change))) await insertDeployment(tx, place, change)
  } catch (error) {
    if (!isDuplicate(error, 'workflow_deployment_code')) throw error
    throw await codeTaken(tx, place, { code: change.engine_code ?? '', cause: error })
  }
}

/** False: there is no row yet. */
async function updateDeployment(
  tx: OrgTx,
  place: Place,
  change: DeploymentChange,
): Promise<boolean> {
  const result = await tx.q
    .updateTable('workflow_deployment')
    .set(change)
    .where('org_id', '=', tx.orgId)
    .where('workflow_id', '=', place.workflowId)
    .where('environment_id', '=', place.environmentId)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

async function insertDeployment(tx: OrgTx, place: Place, change: DeploymentChange): Promise<void> {
  await tx.q
    .insertInto('workflow_deployment')
    .values({
      state: 'deploying',
      task_codes: '{}',
      is_online: false,
      is_schedule_online: false,
      created_at: change.updated_at,
      ...change,
      org_id: tx.orgId,
      workflow_id: place.workflowId,
      environment_id: place.environmentId,
      deployment_id: newId('dep'),
    })
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

async function codeTaken(
  tx: OrgTx,
  { environmentId }: Place,
  { code, cause }: { readonly code: string; readonly cause: unknown },
): Promise<AppError> {
  const holder = await tx.q
    .selectFrom('workflow_deployment')
    .select('workflow_id')
    .where('org_id', '=', tx.orgId)
    .where('environment_id', '=', environmentId)
    .where('engine_code', '=', code)
    .executeTakeFirst()
  const holderId = holder?.workflow_id ?? null
  return new AppError(
    'conflict',
    'deployment.taken',
    `the definition ${code} on the engine is deployed as the workflow "${holderId ?? 'unknown'}"`,
    { cause, details: { workflow_id: holderId } },
  )
}
