import { forOrg, type Db, type OrgReader } from '../db/database.ts'
import type { Row } from '../db/tables.ts'
import { checkDocument } from '../definition/checks/check-document.ts'
import { findIssues } from '../definition/validate.ts'
import type { Call } from '../lib/call.ts'
import type { Clock } from '../lib/time.ts'
import { readWorkflowRow } from '../workflows/assert-workflow.ts'
import { draftOf } from '../workflows/read-document.ts'
import {
  environmentByName,
  environmentNames,
  toExecution,
  type EnvironmentName,
  type InstanceLink,
} from './execution.ts'

const EXECUTIONS = 10
const VERSIONS = 20

export interface DetailDeps {
  readonly db: Db
  readonly instanceLink: InstanceLink
  readonly now: Clock
}

/** Everything that the page of one workflow shows; no engine is asked. */
export async function readWorkflowDetail(
  deps: DetailDeps,
  call: Call,
  input: { readonly workflowId: string; readonly environment?: string | undefined },
) {
  const at = forOrg(deps.db, call.orgId)
  const row = await readWorkflowRow(at, input.workflowId)
  const environments = await environmentNames(at)
  const only =
    input.environment === undefined ? null : environmentByName(environments, input.environment)
  const [versions, deployments, executions] = await Promise.all([
    recentVersions(at, row.workflow_id),
    deploymentsOf(at, row.workflow_id),
    lastRuns(at, row.workflow_id, only),
  ])
  const byId = new Map(environments.map((entry) => [entry.environment_id, entry]))
  const draft = draftOf(row)
  return {
    revision: row.draft_revision,
    body: {
      workflow_id: row.workflow_id,
      name: row.name,
      description: row.description,
      owner: row.owner,
      tags: [...draft.tags].sort(),
      latest_version: row.latest_version,
      default_version: defaultVersion(deployments, byId) ?? row.latest_version,
      versions,
      params_schema: draft.start.params,
      draft,
      issues: [...findIssues(draft)],
      checks: [...checkDocument(draft, { now: deps.now() })],
      deployments: deployments.map((deployment) =>
        toDeployment(deployment, byId.get(deployment.environment_id)),
      ),
      executions: executions.map((run) =>
        toExecution(run, byId.get(run.environment_id), deps.instanceLink),
      ),
      freshness: environments.map((entry) => ({
        environment: entry.name,
        as_of: entry.as_of?.toISOString() ?? null,
        is_stale: isStale(entry),
      })),
      created_at: row.created_at.toISOString(),
      updated_at: row.updated_at.toISOString(),
    },
  }
}

async function recentVersions(at: OrgReader, workflowId: string): Promise<number[]> {
  const rows = await at.q
    .selectFrom('workflow_version')
    .select('version')
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', workflowId)
    .orderBy('version', 'desc')
    .limit(VERSIONS)
    .execute()
  return rows.map((row) => row.version)
}

/** Without what was read back: that is as large as a definition. */
const DEPLOYMENT = [
  'deployment_id',
  'environment_id',
  'state',
  'version',
  'engine_code',
  'engine_version',
  'is_online',
  'is_schedule_online',
  'drift_state',
  'as_of',
  'updated_at',
] as const
type Deployment = Pick<Row<'workflow_deployment'>, (typeof DEPLOYMENT)[number]>

async function deploymentsOf(at: OrgReader, workflowId: string): Promise<readonly Deployment[]> {
  return at.q
    .selectFrom('workflow_deployment')
    .select([...DEPLOYMENT])
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', workflowId)
    .execute()
}

/** Over all environments, each once more by its index when one is named. */
async function lastRuns(
  at: OrgReader,
  workflowId: string,
  only: EnvironmentName | null,
): Promise<readonly Row<'workflow_instance_cache'>[]> {
  let query = at.q
    .selectFrom('workflow_instance_cache')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('workflow_id', '=', workflowId)
    .orderBy('sort_at', 'desc')
    .orderBy('run_id', 'desc')
    .limit(EXECUTIONS)
  if (only) query = query.where('environment_id', '=', only.environment_id)
  return query.execute()
}

/** What runs in the last environment of the chain: prod before test before dev. */
function defaultVersion(
  deployments: readonly Deployment[],
  byId: ReadonlyMap<string, EnvironmentName>,
): number | null {
  const rank = (deployment: Deployment): number =>
    byId.get(deployment.environment_id)?.stage_rank ?? -1
  const deployed = deployments.filter(
    (deployment) => deployment.engine_code !== null && deployment.version !== null,
  )
  return deployed.toSorted((a, b) => rank(b) - rank(a))[0]?.version ?? null
}

function toDeployment(row: Deployment, environment: EnvironmentName | undefined) {
  return {
    deployment_id: row.deployment_id,
    environment: environment?.name ?? row.environment_id,
    state: row.state,
    version: row.version,
    engine_code: row.engine_code,
    engine_version: row.engine_version,
    is_online: Boolean(row.is_online),
    is_schedule_online: Boolean(row.is_schedule_online),
    drift_state: row.drift_state,
    as_of: row.as_of?.toISOString() ?? null,
    updated_at: row.updated_at.toISOString(),
  }
}

/** The last look at the engine failed: what is shown is older than it should be. */
function isStale(entry: EnvironmentName): boolean {
  return entry.last_error_at !== null && (entry.as_of === null || entry.last_error_at > entry.as_of)
}
