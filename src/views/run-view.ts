import { z } from 'zod'
import { decodeCursor, toPage } from '../db/cursor.ts'
import { forOrg, type Db, type OrgReader } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import { readOutputs } from '../definition/outputs.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { readVersion } from '../workflows/read-version.ts'
import {
  environmentByName,
  environmentNames,
  toExecution,
  type EnvironmentName,
  type InstanceLink,
} from './execution.ts'

export interface RunViewDeps {
  readonly db: Db
  readonly instanceLink: InstanceLink
}

export interface RunFilter {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly workflow_id?: string | undefined
  readonly environment?: string | undefined
  readonly state?: string | undefined
  readonly trigger?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const Position = z.tuple([z.iso.datetime(), z.string()])
const Params = z.record(z.string(), z.string())

/** Newest first, by when it was asked for or began. */
export async function listRuns(deps: RunViewDeps, call: Call, filter: RunFilter) {
  const at = forOrg(deps.db, call.orgId)
  const environments = await environmentNames(at)
  const byId = new Map(environments.map((entry) => [entry.environment_id, entry]))
  const environmentId =
    filter.environment === undefined
      ? undefined
      : environmentByName(environments, filter.environment).environment_id
  const rows = await runsQuery(at, { ...filter, environmentId }).execute()
  return toPage(rows, {
    limit: filter.limit,
    item: (row) => toRun(row, byId.get(row.environment_id), deps.instanceLink),
    position: (row) => [row.sort_at.toISOString(), row.run_id],
  })
}

/** One row more than the limit says whether there is another page. */
export function runsQuery(
  at: OrgReader,
  filter: RunFilter & { readonly environmentId?: string | undefined },
) {
  let query = at.q
    .selectFrom('workflow_instance_cache')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .orderBy('sort_at', 'desc')
    .orderBy('run_id', 'desc')
    .limit(filter.limit + 1)
  if (filter.workflow_id !== undefined) query = query.where('workflow_id', '=', filter.workflow_id)
  if (filter.environmentId !== undefined)
    query = query.where('environment_id', '=', filter.environmentId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.trigger !== undefined) query = query.where('trigger_type', '=', filter.trigger)
  if (filter.from !== undefined) query = query.where('sort_at', '>=', new Date(filter.from))
  if (filter.to !== undefined) query = query.where('sort_at', '<', new Date(filter.to))
  if (filter.cursor === undefined) return query
  const [sortAt, runId] = decodeCursor(Position, filter.cursor)
  const last = new Date(sortAt)
  return query
    .where('sort_at', '<=', last)
    .where((eb) =>
      eb.or([
        eb('sort_at', '<', last),
        eb.and([eb('sort_at', '=', last), eb('run_id', '<', runId)]),
      ]),
    )
}

export async function readRun(deps: RunViewDeps, call: Call, input: { readonly runId: string }) {
  const at = forOrg(deps.db, call.orgId)
  const row = await findRow(at, input.runId)
  const environment = (await environmentNames(at)).find(
    (entry) => entry.environment_id === row.environment_id,
  )
  const attempts = await at.q
    .selectFrom('run_attempt')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('run_id', '=', row.run_id)
    .orderBy('attempt')
    .execute()
  const nodeRuns = await nodeRunsOf(at, row.run_id)
  return {
    ...toRun(row, environment, deps.instanceLink),
    ...(await outputsOf(at, row, nodeRuns)),
    attempts: attempts.map((entry) => ({
      attempt: entry.attempt,
      state: entry.state,
      started_at: entry.started_at.toISOString(),
      ended_at: entry.ended_at?.toISOString() ?? null,
      is_confirmed: entry.confirmed_at !== null,
    })),
    node_runs: nodeRuns,
  }
}

/** The `end` of the version that ran, filled from what its tasks have set. */
async function outputsOf(
  at: OrgReader,
  row: Row<'workflow_instance_cache'>,
  nodeRuns: Awaited<ReturnType<typeof nodeRunsOf>>,
) {
  if (row.version === null || !row.is_final) return { outputs: {}, missing_outputs: [] }
  const { document } = await readVersion(at, row.workflow_id, row.version)
  const byTask = Object.fromEntries(
    nodeRuns.flatMap((node) => (node.task_key === null ? [] : [[node.task_key, node.outputs]])),
  )
  const { values, missing } = readOutputs(document, byTask)
  return { outputs: values, missing_outputs: [...missing] }
}

export async function readNodeRuns(
  deps: RunViewDeps,
  call: Call,
  input: { readonly runId: string },
) {
  const at = forOrg(deps.db, call.orgId)
  await findRow(at, input.runId)
  return { items: await nodeRunsOf(at, input.runId) }
}

async function findRow(at: OrgReader, runId: string): Promise<Row<'workflow_instance_cache'>> {
  const row = await at.q
    .selectFrom('workflow_instance_cache')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('run_id', '=', runId)
    .executeTakeFirst()
  if (!row) throw new AppError('not_found', 'run.not_found', `no run "${runId}"`)
  return row
}

async function nodeRunsOf(at: OrgReader, runId: string) {
  const rows = await at.q
    .selectFrom('task_instance_cache')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('run_id', '=', runId)
    .orderBy('engine_task_instance_id')
    .execute()
  return rows.map((row) => ({
    node_run_id: row.node_run_id,
    task_key: row.task_key,
    name: row.name,
    type: row.type,
    state: row.state,
    retry_times: row.retry_times,
    started_at: row.started_at?.toISOString() ?? null,
    ended_at: row.ended_at?.toISOString() ?? null,
    outputs: readJson(Params, row.outputs),
  }))
}

function toRun(
  row: Row<'workflow_instance_cache'>,
  environment: EnvironmentName | undefined,
  link: InstanceLink,
) {
  return {
    ...toExecution(row, environment, link),
    workflow_id: row.workflow_id,
    job_run_id: row.job_run_id,
    params: readJson(Params, row.params),
    requested_by: row.requested_by_name,
    requested_at: row.requested_at?.toISOString() ?? null,
    retry_of: row.retry_of,
    scheduled_for: row.scheduled_for?.toISOString() ?? null,
    is_final: Boolean(row.is_final),
    engine_gone_at: row.engine_gone_at?.toISOString() ?? null,
    as_of: row.as_of?.toISOString() ?? null,
  }
}
