import { forOrg, type Db } from '../db/database.ts'
import type { CallOptions, Engine } from '../engine/engine.ts'
import { isRefusal } from '../engine/outcome.ts'
import type { Call } from '../lib/call.ts'
import { connectEnvironment, type ConnectDeps } from './connect-environment.ts'

/** What exists on the environment's engine, by name; asked now, never a password. */
export async function readCatalog(
  deps: ConnectDeps & { readonly db: Db },
  call: Call,
  input: { readonly environmentId: string },
) {
  const { engine, environment } = await connectEnvironment(
    deps,
    forOrg(deps.db, call.orgId),
    input.environmentId,
  )
  const options = { signal: call.signal }
  const { projectCode } = environment
  const [workerGroups, tenants, environments, alertGroups, taskGroups, dataSources, resources] =
    await Promise.all([
      engine.listWorkerGroups(projectCode, options),
      engine.listTenants(options),
      engine.listEnvironments(options),
      engine.listAlertGroups(options),
      engine.listTaskGroups(projectCode, options),
      engine.listDataSources(options),
      listFiles(engine, options),
    ])
  return {
    worker_groups: [...workerGroups].sort(),
    tenants: [...tenants].sort(),
    environments: environments.map((entry) => entry.name).sort(),
    alert_groups: alertGroups.map((group) => group.name).sort(),
    task_groups: taskGroups.map((group) => group.name).sort(),
    data_sources: dataSources
      .map(({ name, type }) => ({ name, type }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    resources,
  }
}

/** A user without a tenant has no files, and an engine may have no storage for any. */
async function listFiles(engine: Engine, options: CallOptions): Promise<string[] | null> {
  try {
    return [...(await engine.listResources(options))].sort()
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}
