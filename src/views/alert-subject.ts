import { z } from 'zod'
import type { OrgReader } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import { environmentNames, toExecution, type InstanceLink } from './execution.ts'

/** The names behind a workflow and an environment; the ids where they are gone. */
export async function namesOfPlace(
  at: OrgReader,
  place: { readonly workflowId: string; readonly environmentId: string },
): Promise<{ readonly workflow: string; readonly environment: string }> {
  const workflow = await at.q
    .selectFrom('data_workflow')
    .select('name')
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', place.workflowId)
    .executeTakeFirst()
  const environment = await at.q
    .selectFrom('engine_environment')
    .select('name')
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', place.environmentId)
    .executeTakeFirst()
  return {
    workflow: workflow?.name ?? place.workflowId,
    environment: environment?.name ?? place.environmentId,
  }
}

export interface AlertPlace {
  readonly workflow_id: string | null
  readonly environment_id: string | null
  readonly run_id: string | null
}

export interface AlertSubject {
  readonly workflow: { readonly id: string; readonly name: string } | null
  readonly environment: string | null
  /** The workflow's owner; without a member of that name the name stands alone. */
  readonly owner: {
    readonly name: string
    readonly im_ids: Readonly<Record<string, string>>
  } | null
  /** Into the engine's own pages: the run. */
  readonly link: string | null
}

const ImIds = z.record(z.string(), z.string())

/** What an alert's message says of its workflow: names, and the owner with the ids to mention. */
export async function subjectOfAlert(
  at: OrgReader,
  alert: AlertPlace,
  link: InstanceLink,
): Promise<AlertSubject> {
  const workflow = await at.q
    .selectFrom('data_workflow as w')
    .leftJoin('org_member as m', (join) =>
      join.onRef('m.org_id', '=', 'w.org_id').onRef('m.name', '=', 'w.owner'),
    )
    .select(['w.workflow_id', 'w.name', 'w.owner', 'm.im_ids'])
    .where('w.org_id', '=', at.orgId)
    .where('w.workflow_id', '=', alert.workflow_id ?? '')
    .executeTakeFirst()
  const environment = (await environmentNames(at)).find(
    (entry) => entry.environment_id === alert.environment_id,
  )
  const run =
    alert.run_id === null
      ? undefined
      : await at.q
          .selectFrom('workflow_instance_cache')
          .selectAll()
          .where('org_id', '=', at.orgId)
          .where('run_id', '=', alert.run_id)
          .executeTakeFirst()
  return {
    workflow: workflow ? { id: workflow.workflow_id, name: workflow.name } : null,
    environment: environment?.name ?? null,
    owner: workflow?.owner
      ? {
          name: workflow.owner,
          im_ids: workflow.im_ids === null ? {} : readJson(ImIds, workflow.im_ids),
        }
      : null,
    link: run ? toExecution(run, environment, link).engine_link : null,
  }
}
