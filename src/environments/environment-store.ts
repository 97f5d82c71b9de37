import type { OrgReader } from '../db/database.ts'
import type { Row } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
import { toEnvironment, type Environment } from './environment.ts'

/** By id or by name: people write names. */
export async function findEnvironment(
  at: OrgReader,
  idOrName: string,
): Promise<Environment | null> {
  const row = await at.q
    .selectFrom('engine_environment')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where((eb) => eb.or([eb('environment_id', '=', idOrName), eb('name', '=', idOrName)]))
    .executeTakeFirst()
  return row ? toEnvironment(row) : null
}

export async function getEnvironment(at: OrgReader, idOrName: string): Promise<Environment> {
  const environment = await findEnvironment(at, idOrName)
  if (!environment)
    throw new AppError('not_found', 'environment.not_found', `no environment "${idOrName}"`)
  return environment
}

export async function getClusterRow(
  at: OrgReader,
  clusterId: string,
): Promise<Row<'engine_cluster'>> {
  const row = await at.q
    .selectFrom('engine_cluster')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('cluster_id', '=', clusterId)
    .executeTakeFirst()
  if (!row) throw new AppError('not_found', 'cluster.not_found', `no cluster "${clusterId}"`)
  return row
}
