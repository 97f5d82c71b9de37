import { z } from 'zod'
import type { OrgReader } from '../db/database.ts'
import { readJson, readJsonOrNull } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import type { EngineDefinition } from '../engine/definition.ts'
import type { Bindings, EngineCompiler } from '../engine/engine.ts'
import type { Environment, EnvironmentOverlay } from '../environments/environment.ts'
import { readVersion } from '../workflows/read-version.ts'
import { codesOf } from './bind-names.ts'
import { findDeployedCodes, listDeployedCodes } from './deployment-store.ts'
import { withTenantThere } from './definition-tenant.ts'
import { isSameSchedule } from './live-state.ts'
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

interface Narrow {
  readonly compiler: EngineCompiler
  /** What alone is going to be named, beside what was read back. */
  readonly now: EngineDefinition
}

/**
 * null: nothing is deployed there. `narrow` reads only the workflows that the definitions name:
 * whoever looks at all deployments would read all of them for each.
 */
export async function deployedState(
  at: OrgReader,
  environment: Environment,
  { row, narrow }: { readonly row: Row<'workflow_deployment'> | null; readonly narrow?: Narrow },
): Promise<DeployedState | null> {
  if (!row?.engine_code || !row.live_json || !row.as_of) return null
  const { document } = await readVersion(at, row.workflow_id, row.version ?? 0)
  const content = readJsonOrNull(ScheduleContent, row.live_schedule)
  const definition = readJson(StoredDefinition, row.live_json)
  const { defaults, environmentId } = environment
  const beside = narrow
    ? await findDeployedCodes(at, environmentId, [
        ...narrow.compiler.idsOf([definition, narrow.now]).workflows.keys(),
      ])
    : await listDeployedCodes(at, environmentId)
  const { overlay, ...names } = readJsonOrNull(BoundNames, row.bound_names) ?? BoundNames.parse({})
  return {
    document,
    asOf: row.as_of,
    overlay: overlay ?? environment.overlay,
    live: {
      code: row.engine_code,
      engine_version: row.engine_version ?? 0,
      is_online: Boolean(row.is_online),
      definition,
      schedules: content
        ? [{ id: row.schedule_id ?? 0, is_online: Boolean(row.is_schedule_online), content }]
        : [],
    },
    bindings: {
      ...names,
      workflowId: row.workflow_id,
      projectCode: environment.projectCode,
      taskCodes: readJson(TaskCodes, row.task_codes),
      ...codesOf(beside),
      defaultWorkerGroup: defaults.worker_group,
      // What the version left to the environment was sent as its default of then.
      defaultTenant: tenantSent(document, { content, definition }) ?? defaults.tenant,
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

function tenantSent(
  { settings }: WorkflowDocument,
  {
    content,
    definition,
  }: { readonly content: ScheduleContent | null; readonly definition: EngineDefinition },
): string | undefined {
  if (settings.tenant !== undefined) return undefined
  return content && content.tenant !== '' ? content.tenant : definition.tenant
}

/** What an engine holds, with the version's own schedule where the engine could not take it yet. */
export function documentKept(
  connected: { readonly compiler: EngineCompiler },
  deployed: Pick<DeployedState, 'bindings' | 'document' | 'overlay' | 'live'>,
  live: LiveState,
): WorkflowDocument {
  if (!isScheduleUnwritten(deployed.live, live)) return documentOf(connected, deployed, live)
  const said = documentOf(connected, deployed, { ...live, schedules: [] })
  const { schedule } = deployed.document
  return schedule ? { ...said, schedule } : said
}

/** Offline the engine takes no schedule: what stands there as it was read back says nothing of the version. */
export function isScheduleUnwritten(before: LiveState, now: LiveState): boolean {
  const [was, is, ...others] = [before.schedules[0], ...now.schedules]
  if (now.is_online || others.length > 0) return false
  return was && is ? isSameSchedule(was.content, is.content) : was === is
}
