import type { OrgReader } from '../db/database.ts'
import { toClusterView } from './cluster.ts'
import { getClusterRow } from './cluster-store.ts'
import { listEnvironments } from './environment-store.ts'

export async function showCluster(at: OrgReader, clusterId: string) {
  return toClusterView(await getClusterRow(at, clusterId), await listEnvironments(at))
}
