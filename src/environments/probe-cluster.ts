import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type OrgReader } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { EngineFamily } from '../engine/catalog.ts'
import type { CallOptions, Engine } from '../engine/engine.ts'
import type { Call } from '../lib/call.ts'
import { AppError, isAppError } from '../lib/errors.ts'
import { listUsedNames } from '../publishing/list-used-names.ts'
import type { KeptProbe } from './cluster.ts'
import { getClusterRow, markProbed } from './cluster-store.ts'
import { addressOf } from './connect-cluster.ts'
import { familyOf } from './connect-environment.ts'
import { listEnvironments } from './environment-store.ts'
import { findClusterRights, findProjectRights } from './find-rights.ts'
import { rightsKeptSince } from './keep-rights.ts'
import type { ClusterDeps } from './manage-clusters.ts'
import type { EnvironmentRights } from './rights.ts'
import { showCluster } from './show-cluster.ts'

/** Asks the engine who it is and what its token may; keeps the answer on the cluster. */
export async function probeCluster(
  deps: ClusterDeps,
  call: Call,
  input: { readonly clusterId: string },
) {
  const db = forOrg(deps.db, call.orgId)
  const row = await getClusterRow(db, input.clusterId)
  const address = addressOf(deps.secrets, row)
  const options = { signal: call.signal }
  const { family: detected, warnings: seen } = await recognise(deps, row, options)
  const { engine } = deps.factory.connect({ ...address, family: detected })
  const probe = await engine.probe(options)
  const warnings = [...probe.warnings, ...seen]
  const at = deps.now()
  const rights = await findClusterRights(engine, options)
  const environments = await findEnvironmentRights(
    db,
    { engine, clusterId: row.cluster_id, isAdmin: probe.isAdmin, at },
    options,
  )
  const looked = new Set(environments.map((each) => each.environment_id))
  await inTx(db, async (tx) => {
    const since = await rightsKeptSince(tx, row)
    const kept: KeptProbe = {
      ...probe,
      warnings: [...warnings],
      ...rights,
      environments: [...environments, ...since.filter((each) => !looked.has(each.environment_id))],
    }
    if (!(await markProbed(tx, row, { family: detected, text: writeJson(kept), at })))
      throw new AppError('conflict', 'request.stale', 'the token was changed while it was probed')
    await recordAudit(tx, call, {
      action: 'cluster.probe',
      subjectType: 'cluster',
      subjectId: row.cluster_id,
      after: { family: detected, warnings, missing_rights: namesOf(kept) },
      at,
    })
  })
  return showCluster(db, row.cluster_id)
}

/** A server that hides what it is, behind a proxy perhaps, is spoken to as the pinned family. */
async function recognise(
  deps: ClusterDeps,
  row: Row<'engine_cluster'>,
  options: CallOptions,
): Promise<{ readonly family: EngineFamily; readonly warnings: readonly string[] }> {
  const pinned = row.pinned_family === null ? null : familyOf(row)
  try {
    const family = await deps.factory.detectFamily(addressOf(deps.secrets, row), options)
    const isPinnedWrong = pinned !== null && pinned !== family
    return {
      family,
      warnings: isPinnedWrong ? [`pinned to ${pinned}, but the server looks like ${family}`] : [],
    }
  } catch (error) {
    const isHidden = isAppError(error) && error.code === 'engine.unknown_family'
    if (!isHidden || pinned === null) throw error
    return {
      family: pinned,
      warnings: [`the server does not show which family it is: spoken to as ${pinned}, as pinned`],
    }
  }
}

async function findEnvironmentRights(
  db: OrgReader,
  asked: {
    readonly engine: Engine
    readonly clusterId: string
    readonly isAdmin: boolean
    readonly at: Date
  },
  options: CallOptions,
): Promise<EnvironmentRights[]> {
  const found: EnvironmentRights[] = []
  for (const environment of await listEnvironments(db)) {
    if (environment.clusterId !== asked.clusterId) continue
    const { environmentId, projectCode } = environment
    const used = asked.isAdmin ? NOTHING : await listUsedNames(db, environment)
    const rights = await findProjectRights(asked.engine, { projectCode, ...used }, options)
    found.push({ environment_id: environmentId, as_of: asked.at.toISOString(), ...rights })
  }
  return found
}

/** What an admin does not see is not there, which is no right that is lacking. */
const NOTHING = { dataSources: [], resources: [] }

function namesOf({ missing_rights: missing, environments }: KeptProbe): readonly string[] {
  const rights = [...(missing ?? []), ...environments.flatMap((each) => each.missing_rights)]
  return [...new Set(rights.map(({ right }) => right))]
}
