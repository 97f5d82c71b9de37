import type { OrgReader } from '../db/database.ts'
import { readJsonOrNull } from '../db/json-column.ts'
import { KeptProbe, rightsIn } from './cluster.ts'
import { listProbes } from './cluster-store.ts'
import type { Environment } from './environment.ts'
import { getEnvironment, listEnvironments, listSyncs } from './environment-store.ts'
import { toEnvironmentView } from './environment-view.ts'

export async function showEnvironment(at: OrgReader, idOrName: string) {
  const environment = await getEnvironment(at, idOrName)
  return (await viewer(at))(environment)
}

export async function showAllEnvironments(at: OrgReader) {
  const view = await viewer(at)
  return (await listEnvironments(at)).map((environment) => view(environment))
}

/** With what was last seen of each environment's engine, and of its token's rights. */
async function viewer(at: OrgReader) {
  const syncsById = await listSyncs(at)
  const probesById = new Map(
    [...(await listProbes(at))].map(([id, text]) => [id, readJsonOrNull(KeptProbe, text)]),
  )
  return (environment: Environment) =>
    toEnvironmentView(environment, {
      sync: syncsById.get(environment.environmentId),
      rights: rightsIn(probesById.get(environment.clusterId) ?? null, environment.environmentId),
    })
}
