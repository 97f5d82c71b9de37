import { forOrg, type Db } from '../db/database.ts'
import { connectEnvironment, type ConnectDeps } from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import type { Clock } from '../lib/time.ts'
import type { LiveDocument } from '../workflows/diff-versions.ts'
import { deployedState, documentOf } from './deployed-state.ts'
import { findDeployment } from './deployment-store.ts'
import { readLiveState } from './live-state.ts'

export interface ReadLiveDeps extends ConnectDeps {
  readonly db: Db
  readonly now: Clock
}

/**
 * What an environment's engine holds of a workflow, as a document in its own names: the last read,
 * or a fresh one.
 */
export async function readLive(
  deps: ReadLiveDeps,
  call: Call,
  input: { readonly workflowId: string; readonly environment: string; readonly isFresh: boolean },
): Promise<LiveDocument> {
  const at = forOrg(deps.db, call.orgId)
  const connected = await connectEnvironment(deps, at, input.environment)
  const { engine, environment } = connected
  const place = { workflowId: input.workflowId, environmentId: environment.environmentId }
  const deployed = await deployedState(at, environment, {
    row: await findDeployment(at, place),
  })
  if (!deployed) throw notDeployed(`${input.workflowId} is not deployed in ${environment.name}`)
  if (!input.isFresh)
    return { document: documentOf(connected, deployed, deployed.live), asOf: deployed.asOf }
  const live = await readLiveState(
    engine,
    { projectCode: environment.projectCode, code: deployed.live.code },
    { signal: call.signal },
  )
  if (!live)
    throw notDeployed(`${input.workflowId} was deleted on the engine of ${environment.name}`)
  return { document: documentOf(connected, deployed, live), asOf: deps.now() }
}

function notDeployed(message: string): AppError {
  return new AppError('not_found', 'deployment.not_found', message)
}
