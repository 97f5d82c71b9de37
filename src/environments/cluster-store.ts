import type { OrgReader, OrgTx } from '../db/database.ts'
import { nameTaken, referenceOf } from '../db/mysql-errors.ts'
import type { NewRow, Row, RowPatch } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'

export async function findClusterRow(
  at: OrgReader,
  clusterId: string,
): Promise<Row<'engine_cluster'> | null> {
  return (await clusterById(at, clusterId).executeTakeFirst()) ?? null
}

function clusterById(at: OrgReader, clusterId: string) {
  return at.q
    .selectFrom('engine_cluster')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('cluster_id', '=', clusterId)
}

export async function getClusterRow(
  at: OrgReader,
  clusterId: string,
): Promise<Row<'engine_cluster'>> {
  return (await findClusterRow(at, clusterId)) ?? notFound(clusterId)
}

/** Serialises its changes: one that claims no revision is made to what is there. */
export async function lockClusterRow(tx: OrgTx, clusterId: string): Promise<Row<'engine_cluster'>> {
  return (await clusterById(tx, clusterId).forUpdate().executeTakeFirst()) ?? notFound(clusterId)
}

function notFound(clusterId: string): never {
  throw new AppError('not_found', 'cluster.not_found', `no cluster with the id "${clusterId}"`)
}

export async function listClusterRows(
  at: OrgReader,
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly Row<'engine_cluster'>[]> {
  let query = at.q
    .selectFrom('engine_cluster')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .orderBy('cluster_id')
    .limit(page.limit + 1)
  if (page.after !== null) query = query.where('cluster_id', '>', page.after)
  return query.execute()
}

export async function insertCluster(
  tx: OrgTx,
  cluster: Omit<NewRow<'engine_cluster'>, 'org_id'>,
): Promise<void> {
  await tx.q
    .insertInto('engine_cluster')
    .values({ ...cluster, org_id: tx.orgId })
    .execute()
    .catch(taken(cluster.name))
}

/** False: it was changed since `revision` was read. */
export async function updateCluster(
  tx: OrgTx,
  clusterId: string,
  change: RowPatch<'engine_cluster'> & { readonly revision: number },
): Promise<boolean> {
  const result = await tx.q
    .updateTable('engine_cluster')
    .set({ ...change, revision: change.revision + 1 })
    .where('org_id', '=', tx.orgId)
    .where('cluster_id', '=', clusterId)
    .where('revision', '=', change.revision)
    .executeTakeFirst()
    .catch(taken(change.name ?? ''))
  return result.numUpdatedRows > 0n
}

/** What the last probes found, by cluster. */
export async function listProbes(at: OrgReader): Promise<ReadonlyMap<string, string | null>> {
  const rows = await at.q
    .selectFrom('engine_cluster')
    .select(['cluster_id', 'probe'])
    .where('org_id', '=', at.orgId)
    .execute()
  return new Map(rows.map((row) => [row.cluster_id, row.probe]))
}

/** What became known since the last probe. */
export async function markProbe(tx: OrgTx, clusterId: string, text: string): Promise<void> {
  await tx.q
    .updateTable('engine_cluster')
    .set({ probe: text })
    .where('org_id', '=', tx.orgId)
    .where('cluster_id', '=', clusterId)
    .execute()
}

/** What the last probe found; no revision: nobody edits it. False: it has another token by now. */
export async function markProbed(
  tx: OrgTx,
  cluster: Pick<Row<'engine_cluster'>, 'cluster_id' | 'token_box'>,
  probe: { readonly family: string; readonly text: string; readonly at: Date },
): Promise<boolean> {
  const result = await tx.q
    .updateTable('engine_cluster')
    .set({ family: probe.family, probe: probe.text, probed_at: probe.at })
    .where('org_id', '=', tx.orgId)
    .where('cluster_id', '=', cluster.cluster_id)
    .where('token_box', '=', cluster.token_box)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function deleteCluster(tx: OrgTx, clusterId: string): Promise<void> {
  await tx.q
    .deleteFrom('engine_cluster')
    .where('org_id', '=', tx.orgId)
    .where('cluster_id', '=', clusterId)
    .execute()
    .catch((error: unknown) => {
      if (referenceOf(error) === null) throw error
      throw new AppError('conflict', 'cluster.in_use', 'an environment uses it', { cause: error })
    })
}

const taken = (name: string) =>
  nameTaken('engine_cluster_name', { code: 'cluster.exists', what: 'a cluster', name })
