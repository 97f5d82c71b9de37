import { z } from 'zod'
import { forOrg, type Db, type OrgReader } from '../db/database.ts'
import { readJson, readJsonOrNull } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { Bindings } from '../engine/engine.ts'
import { connectEnvironment, type ConnectDeps } from '../environments/connect-environment.ts'
import type { Environment } from '../environments/environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import type { Clock } from '../lib/time.ts'
import type { LiveDocument } from '../workflows/diff-versions.ts'
import { readVersion } from '../workflows/read-version.ts'
import { codesOf } from './bind-names.ts'
import { findDeployment, listDeployedCodes } from './deployment-store.ts'
import { readLiveState } from './live-state.ts'
import { withoutOverlay } from './overlay.ts'
import { BoundNames, ScheduleContent, StoredDefinition } from './plan.ts'
import { withSchedule } from './with-schedule.ts'

export interface ReadLiveDeps extends ConnectDeps {
  readonly db: Db
  readonly now: Clock
}

const TaskCodes = z.record(z.string(), z.string())

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
  const { engine, compiler, environment } = await connectEnvironment(deps, at, input.environment)
  const deployment = await findDeployment(at, {
    workflowId: input.workflowId,
    environmentId: environment.environmentId,
  })
  if (!deployment?.engine_code || !deployment.live_json || !deployment.as_of)
    throw notDeployed(`${input.workflowId} is not deployed in ${environment.name}`)
  const { projectCode } = environment
  const live = input.isFresh
    ? await readLiveState(
        engine,
        { projectCode, code: deployment.engine_code },
        { signal: call.signal },
      )
    : {
        definition: readJson(StoredDefinition, deployment.live_json),
        schedules: storedSchedules(deployment),
      }
  if (!live)
    throw notDeployed(`${input.workflowId} was deleted on the engine of ${environment.name}`)
  const bindings = await bindingsOf(at, { environment, deployment, workflowId: input.workflowId })
  const deployed = await readVersion(at, input.workflowId, deployment.version ?? 0)
  const plain = withoutOverlay(
    compiler.decompile(live.definition, bindings),
    environment.overlay,
    deployed.document,
  )
  return {
    document: withSchedule(plain, live.schedules[0]?.content ?? null, deployed.document),
    asOf: input.isFresh ? deps.now() : deployment.as_of,
  }
}

function storedSchedules(deployment: Row<'workflow_deployment'>) {
  const content = readJsonOrNull(ScheduleContent, deployment.live_schedule)
  return content ? [{ content }] : []
}

async function bindingsOf(
  at: OrgReader,
  {
    environment,
    deployment,
    workflowId,
  }: {
    readonly environment: Environment
    readonly deployment: Row<'workflow_deployment'>
    readonly workflowId: string
  },
): Promise<Bindings> {
  const { defaults } = environment
  return {
    ...(readJsonOrNull(BoundNames, deployment.bound_names) ?? BoundNames.parse({})),
    workflowId,
    projectCode: environment.projectCode,
    taskCodes: readJson(TaskCodes, deployment.task_codes),
    ...codesOf(await listDeployedCodes(at, environment.environmentId)),
    defaultWorkerGroup: defaults.worker_group,
    defaultTenant: defaults.tenant,
    defaultEnvironment: defaults.environment,
  }
}

function notDeployed(message: string): AppError {
  return new AppError('not_found', 'deployment.not_found', message)
}
