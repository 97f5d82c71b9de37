import { z } from 'zod'
import type { OrgReader } from '../db/database.ts'
import { readJson, readJsonOrNull } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { Bindings, EngineCompiler } from '../engine/engine.ts'
import type { Environment, EnvironmentOverlay } from '../environments/environment.ts'
import { readVersion } from '../workflows/read-version.ts'
import { codesOf } from './bind-names.ts'
import { listDeployedCodes } from './deployment-store.ts'
import { withTenantThere } from './definition-tenant.ts'
import { applyOverlay, withoutOverlay } from './overlay.ts'
import { BoundNames, ScheduleContent, StoredDefinition, type LiveState } from './plan.ts'
import { withSchedule, withScheduleNames } from './with-schedule.ts'

/** What was read back after the last publication, with all that turns it into a document. */
export interface DeployedState {
  readonly live: LiveState
  readonly bindings: Bindings
  readonly document: WorkflowDocument
  /** As it was then: the environment's own may be another by now. */
  readonly overlay: EnvironmentOverlay
  readonly asOf: Date
}

const TaskCodes = z.record(z.string(), z.string())

/** null: nothing is deployed there. */
export async function deployedState(
  at: OrgReader,
  environment: Environment,
  row: Row<'workflow_deployment'> | null,
): Promise<DeployedState | null> {
  if (!row?.engine_code || !row.live_json || !row.as_of) return null
  const { document } = await readVersion(at, row.workflow_id, row.version ?? 0)
  const content = readJsonOrNull(ScheduleContent, row.live_schedule)
  const { defaults } = environment
  const { overlay, ...names } = readJsonOrNull(BoundNames, row.bound_names) ?? BoundNames.parse({})
  return {
    document,
    asOf: row.as_of,
    overlay: overlay ?? environment.overlay,
    live: {
      code: row.engine_code,
      engine_version: row.engine_version ?? 0,
      is_online: Boolean(row.is_online),
      definition: readJson(StoredDefinition, row.live_json),
      schedules: content
        ? [{ id: row.schedule_id ?? 0, is_online: Boolean(row.is_schedule_online), content }]
        : [],
    },
    bindings: {
      ...names,
      workflowId: row.workflow_id,
      projectCode: environment.projectCode,
      taskCodes: readJson(TaskCodes, row.task_codes),
      ...codesOf(await listDeployedCodes(at, environment.environmentId)),
      defaultWorkerGroup: defaults.worker_group,
      defaultTenant: defaults.tenant,
      defaultEnvironment: defaults.environment,
    },
  }
}

/**
 * What an engine holds, in the names of the version that was deployed there.
 * @throws AppError `workflow.invalid` for what a document has no words for
 */
export function documentOf(
  { compiler }: { readonly compiler: EngineCompiler },
  { bindings, document, overlay }: Pick<DeployedState, 'bindings' | 'document' | 'overlay'>,
  live: Pick<LiveState, 'definition' | 'schedules'>,
): WorkflowDocument {
  const content = live.schedules[0]?.content ?? null
  const there = withScheduleNames(compiler.decompile(live.definition, bindings), content, {
    names: bindings,
    said: applyOverlay(document, overlay),
  })
  const said = withTenantThere({ document, overlay, bindings }, live.definition)
  return withSchedule(withoutOverlay(there, overlay, document), content, said)
}
