import { z } from 'zod'
import type { OrgReader } from '../db/database.ts'
import { ENGINE_FAMILIES, type EngineFamily } from '../engine/catalog.ts'
import type { Engine, EngineCompiler, EngineFactory } from '../engine/engine.ts'
import { AppError } from '../lib/errors.ts'
import type { SecretBox } from '../lib/secrets.ts'
import { getClusterRow } from './cluster-store.ts'
import { addressOf } from './connect-cluster.ts'
import { getEnvironment } from './environment-store.ts'
import type { Environment } from './environment.ts'

export interface ConnectDeps {
  readonly factory: EngineFactory
  readonly secrets: SecretBox
}

export interface ConnectedEnvironment {
  readonly environment: Environment
  readonly engine: Engine
  readonly compiler: EngineCompiler
  /** Engine clock minus ours, as the last probe measured it. */
  readonly skewMs: number
  readonly serverTimeZone: string
}

const Family = z.enum(ENGINE_FAMILIES)

/** Everything needed to talk about one environment's project; makes no engine call itself. */
export async function connectEnvironment(
  deps: ConnectDeps,
  at: OrgReader,
  environmentIdOrName: string,
): Promise<ConnectedEnvironment> {
  const environment = await getEnvironment(at, environmentIdOrName)
  const cluster = await getClusterRow(at, environment.clusterId)
  const { skewMs, ...address } = addressOf(deps.secrets, cluster)
  const { serverTimeZone } = address
  return {
    environment,
    skewMs,
    serverTimeZone,
    ...deps.factory.connect({ ...address, family: familyOf(cluster) }),
  }
}

export function familyOf(cluster: {
  readonly pinned_family: string | null
  readonly family: string | null
}): EngineFamily {
  const family = Family.safeParse(cluster.pinned_family ?? cluster.family)
  if (!family.success) {
    throw new AppError(
      'conflict',
      'engine.unknown_family',
      'the cluster was never probed and no family is pinned',
    )
  }
  return family.data
}
