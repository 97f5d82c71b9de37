import { forOrg, type Db } from '../db/database.ts'
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
  const [workerGroups, tenants, environments, alertGroups, taskGroups, dataSources] =
    await Promise.all([
      engine.listWorkerGroups(projectCode, options),
      engine.listTenants(options),
      engine.listEnvironments(options),
      engine.listAlertGroups(options),
      engine.listTaskGroups(projectCode, options),
      engine.listDataSources(options),
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
  }
}
