import type { NewRow } from '#src/db/tables.ts'
import type { Installation } from './installation.ts'

const AT = new Date('2026-03-01T00:00:00.000Z')
let codes = 0

/** The row only: online in prod and in sync, unless it says otherwise. */
export async function seedDeployment(
  installation: Installation,
  workflowId: string,
  change: Partial<NewRow<'workflow_deployment'>> = {},
): Promise<void> {
  await installation.at.q
    .insertInto('workflow_deployment')
    .values({
      org_id: installation.at.orgId,
      deployment_id: `dep_${workflowId}`,
      workflow_id: workflowId,
      environment_id: installation.environmentId,
      state: 'deployed',
      engine_code: String((codes += 1)),
      task_codes: '{}',
      is_online: true,
      is_schedule_online: false,
      drift_state: 'in_sync',
      created_at: AT,
      updated_at: AT,
      ...change,
    })
    .execute()
}
