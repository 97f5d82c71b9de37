import type { OrgReader } from '../db/database.ts'

export interface MatchableWorkflow {
  readonly workflow_id: string
  readonly name: string
  readonly latest_version: number
}

/** Workflows with a version that an environment does not hold yet. */
export async function listMatchable(
  at: OrgReader,
  environmentId: string,
): Promise<readonly MatchableWorkflow[]> {
  const rows = await at.q
    .selectFrom('data_workflow as w')
    .leftJoin('workflow_deployment as d', (join) =>
      join
        .onRef('d.org_id', '=', 'w.org_id')
        .onRef('d.workflow_id', '=', 'w.workflow_id')
        .on('d.environment_id', '=', environmentId)
        .on('d.engine_code', 'is not', null),
    )
    .select(['w.workflow_id', 'w.name', 'w.latest_version'])
    .where('w.org_id', '=', at.orgId)
    .where('w.deleted_at', 'is', null)
    .where('w.latest_version', 'is not', null)
    .where('d.deployment_id', 'is', null)
    .orderBy('w.workflow_id')
    .execute()
  return rows.flatMap(({ latest_version: latest, ...row }) =>
    latest === null ? [] : [{ ...row, latest_version: latest }],
  )
}
