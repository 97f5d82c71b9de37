import type { OrgReader } from '../db/database.ts'

/** A task that waits for another workflow, or runs it. */
export interface Wait {
  readonly from_workflow_id: string
  readonly workflow_id: string
  readonly to_key: string
  readonly origin: string
}

/** Of enabled tasks, on both sides of a workflow. */
export async function listWaits(at: OrgReader, workflowId: string): Promise<readonly Wait[]> {
  return [
    ...(await waitsQuery(at).where('r.workflow_id', '=', workflowId).execute()),
    ...(await waitsQuery(at).where('r.from_workflow_id', '=', workflowId).execute()),
  ]
}

function waitsQuery(at: OrgReader) {
  return at.q
    .selectFrom('workflow_task_relation as r')
    .innerJoin('data_task as t', (join) =>
      join
        .onRef('t.org_id', '=', 'r.org_id')
        .onRef('t.workflow_id', '=', 'r.workflow_id')
        .onRef('t.task_key', '=', 'r.to_key'),
    )
    .select(['r.from_workflow_id', 'r.workflow_id', 'r.to_key', 'r.origin'])
    .distinct()
    .where('r.org_id', '=', at.orgId)
    .where('r.origin', 'in', ['dependent', 'sub_workflow'])
    .where('t.is_disabled', '=', 0)
}

/** What the tasks of these workflows need in their own workflow. */
export async function listNeeds(at: OrgReader, workflowIds: readonly string[]) {
  return at.q
    .selectFrom('workflow_task_relation')
    .select(['workflow_id', 'from_key', 'to_key'])
    .where('org_id', '=', at.orgId)
    .where('workflow_id', 'in', workflowIds)
    .where('origin', '=', 'declared')
    .execute()
}

/** Enabled tasks of these workflows with what they read. */
export async function listReaders(at: OrgReader, workflowIds: readonly string[]) {
  return at.q
    .selectFrom('task_dataset as d')
    .innerJoin('data_task as t', (join) =>
      join
        .onRef('t.org_id', '=', 'd.org_id')
        .onRef('t.workflow_id', '=', 'd.workflow_id')
        .onRef('t.task_key', '=', 'd.task_key'),
    )
    .select(['d.workflow_id', 'd.task_key', 'd.dataset_key'])
    .where('d.org_id', '=', at.orgId)
    .where('d.workflow_id', 'in', workflowIds)
    .where('d.direction', '=', 'read')
    .where('t.is_disabled', '=', 0)
    .execute()
}
