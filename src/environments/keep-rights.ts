import type { OrgTx } from '../db/database.ts'
import { readJsonOrNull, writeJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { EngineProject } from '../engine/catalog.ts'
import type { Engine } from '../engine/engine.ts'
import type { Call } from '../lib/call.ts'
import { KeptProbe } from './cluster.ts'
import { lockClusterRow, markProbe } from './cluster-store.ts'
import type { EnvironmentOverlay } from './environment.ts'
import { findProjectRights } from './find-rights.ts'
import type { EnvironmentRights, Rights } from './rights.ts'

/** What the token's user lacks in the project of an environment that is about to be made. */
export async function findFirstRights(
  engine: Engine,
  call: Call,
  input: {
    readonly cluster: Row<'engine_cluster'>
    readonly project: EngineProject
    readonly overlay: EnvironmentOverlay
  },
): Promise<Rights> {
  const isAdmin = readJsonOrNull(KeptProbe, input.cluster.probe)?.isAdmin ?? false
  const names = (of: Readonly<Record<string, string>>): readonly string[] =>
    isAdmin ? [] : [...new Set(Object.values(of))].sort()
  const use = {
    projectCode: input.project.code,
    dataSources: names(input.overlay.data_sources),
    resources: names(input.overlay.resources),
  }
  return findProjectRights(engine, use, { signal: call.signal })
}

/**
 * Beside what the last probe found; a cluster that was never probed keeps nothing, nor does one that
 * has another token by now than the one that was asked with.
 */
export async function keepRights(
  tx: OrgTx,
  cluster: Pick<Row<'engine_cluster'>, 'cluster_id' | 'token_box'>,
  rights: EnvironmentRights,
): Promise<void> {
  const { probe: kept, token_box: tokenBox } = await lockClusterRow(tx, cluster.cluster_id)
  const probe = readJsonOrNull(KeptProbe, kept)
  if (probe === null || tokenBox !== cluster.token_box) return
  const others = probe.environments.filter((each) => each.environment_id !== rights.environment_id)
  await markProbe(
    tx,
    cluster.cluster_id,
    writeJson({ ...probe, environments: [...others, rights] }),
  )
}

/** Of environments that were made while their cluster was probed, which the probe did not see. */
export async function rightsKeptSince(
  tx: OrgTx,
  cluster: Pick<Row<'engine_cluster'>, 'cluster_id' | 'probe'>,
): Promise<readonly EnvironmentRights[]> {
  const known = new Set(environmentsOf(cluster).map((each) => each.environment_id))
  const now = environmentsOf(await lockClusterRow(tx, cluster.cluster_id))
  return now.filter((each) => !known.has(each.environment_id))
}

function environmentsOf({
  probe,
}: Pick<Row<'engine_cluster'>, 'probe'>): readonly EnvironmentRights[] {
  return readJsonOrNull(KeptProbe, probe)?.environments ?? []
}
