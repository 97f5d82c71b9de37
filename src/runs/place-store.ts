import type { OrgReader } from '../db/database.ts'
import type { Row } from '../db/tables.ts'

/** Not the live definition, which is large and of no use to a run. */
const COLUMNS = [
  'workflow_id',
  'environment_id',
  'engine_code',
  'engine_version',
  'task_codes',
  'version',
  'is_online',
] as const

export type Place = Pick<Row<'workflow_deployment'>, (typeof COLUMNS)[number]>

/** Where a workflow exists on an engine now. */
export async function listPlaces(at: OrgReader, workflowId: string): Promise<readonly Place[]> {
  return at.q
    .selectFrom('workflow_deployment')
    .select(COLUMNS)
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
): Promise<readonly Place[]> {
  if (codes.length === 0) return []
  return at.q
    .selectFrom('workflow_deployment')
    .select(COLUMNS)
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
): Promise<readonly Place[]> {
  if (workflowIds.length === 0) return []
  return at.q
    .selectFrom('workflow_deployment')
    .select(COLUMNS)
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
    .where('workflow_id', 'in', workflowIds)
    .execute()
}

/** Codes of one query. */
const CODES = 100

/** Those of the task codes that belong to a deployment of the environment. */
export async function listCodesWithTasks(
  at: OrgReader,
  environmentId: string,
  taskCodes: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (let from = 0; from < taskCodes.length; from += CODES) {
    const asked = taskCodes.slice(from, from + CODES)
    const rows = await at.q
      .selectFrom('workflow_deployment')
      .select('task_codes')
      .where('org_id', '=', at.orgId)
      .where('environment_id', '=', environmentId)
      .where((eb) => eb.or(asked.map((code) => eb('task_codes', 'like', `%"${code}"%`))))
      .execute()
    for (const code of asked)
      if (rows.some((row) => row.task_codes.includes(`"${code}"`))) found.add(code)
  }
  return found
}
