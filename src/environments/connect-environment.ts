import { z } from 'zod'
import type { OrgReader } from '../db/database.ts'
import { readJsonOrNull } from '../db/json-column.ts'
import type { EngineFamily } from '../engine/catalog.ts'
import { ENGINE_FAMILIES } from '../engine/catalog.ts'
import type { Engine, EngineCompiler, EngineFactory } from '../engine/engine.ts'
import { AppError } from '../lib/errors.ts'
import type { SecretBox } from '../lib/secrets.ts'
import { getClusterRow, getEnvironment } from './environment-store.ts'
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
}

const ProbeFacts = z.looseObject({ userTimeZone: z.string(), skewMs: z.number() })
const Family = z.enum(ENGINE_FAMILIES)

/** Everything needed to talk about one environment's project; makes no engine call itself. */
export async function connectEnvironment(
  deps: ConnectDeps,
  at: OrgReader,
  environmentIdOrName: string,
): Promise<ConnectedEnvironment> {
  const environment = await getEnvironment(at, environmentIdOrName)
  const cluster = await getClusterRow(at, environment.clusterId)
  const probe = readJsonOrNull(ProbeFacts, cluster.probe)
  const { engine, compiler } = deps.factory.connect({
    baseUrl: cluster.base_url,
    uiUrl: cluster.ui_url,
    token: deps.secrets.open(cluster.token_box, tokenContext(cluster.cluster_id)),
    serverTimeZone: cluster.server_time_zone,
    userTimeZone: probe?.userTimeZone ?? cluster.server_time_zone,
    family: familyOf(cluster),
  })
  return { environment, engine, compiler, skewMs: probe?.skewMs ?? 0 }
}

/** What binds the sealed token to its row. */
export function tokenContext(clusterId: string): string {
  return `engine_cluster.token_box:${clusterId}`
}

function familyOf(cluster: {
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
