import type { OrgReader } from '../db/database.ts'
import type { Row } from '../db/tables.ts'

/** Where a workflow exists on an engine now. */
export async function listPlaces(
  at: OrgReader,
  workflowId: string,
): Promise<readonly Row<'workflow_deployment'>[]> {
  return at.q
    .selectFrom('workflow_deployment')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', workflowId)
    .where('engine_code', 'is not', null)
    .execute()
}

/** The deployments behind engine codes of one environment; codes of others are simply missing. */
export async function listByCodes(
  at: OrgReader,
  environmentId: string,
  codes: readonly string[],
): Promise<readonly Row<'workflow_deployment'>[]> {
  if (codes.length === 0) return []
  return at.q
    .selectFrom('workflow_deployment')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
    .where('engine_code', 'in', codes)
    .execute()
}

/** The deployments of workflows in one environment, also those that are removed from the engine. */
export async function listByWorkflows(
  at: OrgReader,
  environmentId: string,
  workflowIds: readonly string[],
): Promise<readonly Row<'workflow_deployment'>[]> {
  if (workflowIds.length === 0) return []
  return at.q
    .selectFrom('workflow_deployment')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
    .where('workflow_id', 'in', workflowIds)
    .execute()
}

/** Those of the task codes that belong to a deployment of the environment. */
export async function listCodesWithTasks(
  at: OrgReader,
  environmentId: string,
  taskCodes: readonly string[],
): Promise<ReadonlySet<string>> {
  if (taskCodes.length === 0) return new Set()
  const rows = await at.q
    .selectFrom('workflow_deployment')
    .select('task_codes')
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
    .where((eb) => eb.or(taskCodes.map((code) => eb('task_codes', 'like', `%"${code}"%`))))
    .execute()
  return new Set(
    taskCodes.filter((code) => rows.some((row) => row.task_codes.includes(`"${code}"`))),
  )
}
