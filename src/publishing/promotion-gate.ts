import type { OrgReader } from '../db/database.ts'
import type { Environment } from '../environments/environment.ts'
import { listStagesBelow } from '../environments/list-stages.ts'
import type { Issue } from '../lib/errors.ts'
import { countSuccesses } from '../runs/count-successes.ts'
import type { WorkflowVersion } from '../workflows/workflow.ts'
import { findDeployment } from './deployment-store.ts'

const HOUR_MS = 3_600_000

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
  const { environment, now } = input
  const { workflowId, version } = input.version
  const { promotion } = environment.policy
  // It came here before: taking back an edit of the engine must not wait for the stage below.
  if (!promotion || input.deployedVersion === version) return []
  const [below] = await listStagesBelow(at, environment.stageRank)
  if (!below) return []
  const deployment = await findDeployment(at, { workflowId, environmentId: below.environmentId })
  if (!deployment?.engine_code || deployment.version !== version)
    return [
      issue(
        `v${version} has to run in ${below.name} first; that is the policy of ${environment.name}`,
      ),
    ]
  const hours = (now.getTime() - deployment.updated_at.getTime()) / HOUR_MS
  const successes = await countSuccesses(at, {
    workflowId,
    environmentId: below.environmentId,
    version,
  })
  return [
    ...(hours < promotion.soak_hours
      ? [
          issue(
            `v${version} has to be in ${below.name} for ${promotion.soak_hours} hours; it is there for ${Math.floor(hours)}`,
          ),
        ]
      : []),
    ...(successes < promotion.successful_runs
      ? [
          issue(
            `v${version} needs ${promotion.successful_runs} successful runs in ${below.name}; it has ${successes}`,
          ),
        ]
      : []),
  ]
}

function issue(message: string): Issue {
  return { pointer: '', code: 'plan.promotion_required', message }
}
