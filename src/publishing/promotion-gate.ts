import type { OrgReader } from '../db/database.ts'
import type { Environment } from '../environments/environment.ts'
import { listStagesBelow } from '../environments/list-stages.ts'
import type { Issue } from '../lib/errors.ts'
import { countSuccesses } from '../runs/count-successes.ts'
import type { WorkflowVersion } from '../workflows/workflow.ts'
import { findDeployment } from './deployment-store.ts'

const HOUR_MS = 3_600_000

type Promotion = NonNullable<Environment['policy']['promotion']>

/** What the environment's policy wants to have seen one stage below before a version comes here. */
export async function promotionIssues(
  at: OrgReader,
  input: {
    readonly environment: Environment
    readonly version: Pick<WorkflowVersion, 'workflowId' | 'version'>
    /** What the environment itself holds already. */
    readonly deployedVersion: number | null
    readonly now: Date
  },
): Promise<readonly Issue[]> {
  const { environment, version, now } = input
  const { promotion } = environment.policy
  // It came here before: taking back an edit of the engine must not wait for the stage below.
  if (!promotion || input.deployedVersion === version.version) return []
  const below = await listStageBelow(at, environment)
  const faults: string[] = []
  for (const stage of below) {
    const missing = await missingIn(at, stage, { promotion, version, now })
    // Of stages with one rank any will do.
    if (missing.length === 0) return []
    faults.push(...missing)
  }
  const names = below.map(({ name }) => name)
  const choice = below.length > 1 ? `; one of ${names.join(', ')} is enough` : ''
  return faults.map((fault) => ({
    pointer: '',
    code: 'plan.promotion_required',
    message: `${fault}; that is the policy of ${environment.name}${choice}`,
  }))
}

/** All environments of the nearest lower rank. */
async function listStageBelow(
  at: OrgReader,
  { stageRank }: Environment,
): Promise<readonly Environment[]> {
  const lower = await listStagesBelow(at, stageRank)
  return lower.filter((stage) => stage.stageRank === lower[0]?.stageRank)
}

async function missingIn(
  at: OrgReader,
  { environmentId, name }: Environment,
  wanted: {
    readonly promotion: Promotion
    readonly version: Pick<WorkflowVersion, 'workflowId' | 'version'>
    readonly now: Date
  },
): Promise<readonly string[]> {
  const { promotion, now } = wanted
  const { workflowId, version } = wanted.version
  const deployment = await findDeployment(at, { workflowId, environmentId })
  if (!deployment?.engine_code || deployment.version !== version)
    return [`v${version} has to run in ${name} first`]
  const faults: string[] = []
  const since = deployment.online_since
  const hours = since === null ? 0 : (now.getTime() - since.getTime()) / HOUR_MS
  if (hours < promotion.soak_hours) {
    const is = since === null ? 'it is not' : `it is for ${Math.floor(hours)}`
    faults.push(
      `v${version} has to be online in ${name} for ${promotion.soak_hours} hours, as it was published; ${is}`,
    )
  }
  const successes = await countSuccesses(
    at,
    { workflowId, environmentId, version },
    promotion.successful_runs,
  )
  if (successes < promotion.successful_runs)
    faults.push(
      `v${version} needs ${promotion.successful_runs} successful runs in ${name}; it has ${successes}`,
    )
  return faults
}
