import { z } from 'zod'
import { forOrg, type Db } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import type { EngineDefinition } from '../engine/definition.ts'
import type { Bindings } from '../engine/engine.ts'
import { connectEnvironment, type ConnectDeps } from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import type { Clock } from '../lib/time.ts'
import type { LiveDocument } from '../workflows/diff-versions.ts'
import { codesOf } from './bind-names.ts'
import { findDeployment, listDeployedCodes } from './deployment-store.ts'

export interface ReadLiveDeps extends ConnectDeps {
  readonly db: Db
  readonly now: Clock
}

const TaskCodes = z.record(z.string(), z.string())
const Stored = z.custom<EngineDefinition>((value) => typeof value === 'object' && value !== null)

/** What an environment's engine holds of a workflow, as a document: the last read, or a fresh one. */
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
  if (!deployment?.engine_code || !deployment.live_json || !deployment.as_of) {
    throw new AppError(
      'not_found',
      'deployment.not_found',
      `${input.workflowId} is not deployed in ${environment.name}`,
    )
  }
  const bindings: Bindings = {
    workflowId: input.workflowId,
    projectCode: environment.projectCode,
    taskCodes: readJson(TaskCodes, deployment.task_codes),
    dataSources: {},
    environmentCodes: {},
    alertGroupIds: {},
    taskGroupIds: {},
    resources: {},
    ...codesOf(await listDeployedCodes(at, environment.environmentId)),
    defaultWorkerGroup: environment.defaults.worker_group,
    defaultTenant: environment.defaults.tenant,
    defaultEnvironment: null,
  }
  if (!input.isFresh)
    return {
      document: compiler.decompile(readJson(Stored, deployment.live_json), bindings),
      asOf: deployment.as_of,
    }
  const live = await engine.findDefinition(
    { projectCode: environment.projectCode, code: deployment.engine_code },
    { signal: call.signal },
  )
  if (!live)
    throw new AppError(
      'not_found',
      'deployment.not_found',
      `${input.workflowId} was deleted on the engine of ${environment.name}`,
    )
  return { document: compiler.decompile(live.definition, bindings), asOf: deps.now() }
}
