import { saidOr } from '../definition/said-or.ts'
import { z } from 'zod'
import { readJson } from '../db/json-column.ts'
import type { OrgReader } from '../db/database.ts'
import type { CallOptions } from '../engine/engine.ts'
import type { StartRequest } from '../engine/run.ts'
import type { ConnectedEnvironment } from '../environments/connect-environment.ts'
import { AppError } from '../lib/errors.ts'
import { must } from '../lib/must.ts'
import { applyOverlay } from '../publishing/overlay.ts'
import { readVersion } from '../workflows/read-version.ts'
import { PARAM } from './run.ts'
import type { RunRow } from './run-store.ts'

const Params = z.record(z.string(), z.string())

/** Everything that the start carries, by the deployed version and the environment. */
export async function startRequest(
  at: OrgReader,
  { run, connected }: { readonly run: RunRow; readonly connected: ConnectedEnvironment },
  options: CallOptions,
): Promise<StartRequest> {
  const { engine, environment } = connected
  const { document } = await readVersion(at, run.workflow_id, run.version ?? 0)
  const { settings } = applyOverlay(document, environment.overlay)
  const group = settings.warning.alert_group
  const name = saidOr(settings.environment, environment.defaults.environment)
  return {
    definitionCode: must(run.engine_code, 'a requested run knows its definition'),
    params: {
      ...readJson(Params, run.params),
      [PARAM.runId]: run.run_id,
      [PARAM.trigger]: run.trigger_type,
      [PARAM.attempt]: String(run.attempt),
      ...(run.job_run_id === null ? {} : { [PARAM.jobRunId]: run.job_run_id }),
    },
    onFailure: settings.on_failure,
    warningType: settings.warning.type,
    warningGroupId:
      group === undefined
        ? 0
        : onlyNamed(await engine.listAlertGroups(options), { kind: 'alert group', name: group }).id,
    priority: settings.priority,
    workerGroup: settings.worker_group ?? environment.defaults.worker_group,
    tenant: settings.tenant ?? environment.defaults.tenant,
    environmentCode:
      name === null
        ? null
        : onlyNamed(await engine.listEnvironments(options), { kind: 'environment', name }).code,
  }
}

/** The engine would start it without the one, and say nothing. */
function onlyNamed<T extends { readonly name: string }>(
  entries: readonly T[],
  { kind, name }: { readonly kind: string; readonly name: string },
): T {
  const [found, ...others] = entries.filter((entry) => entry.name === name)
  if (found && others.length === 0) return found
  const count = found ? 'more than one' : 'no'
  throw new AppError('conflict', 'run.unknown_name', `the engine has ${count} ${kind} "${name}"`)
}
