import { recordAudit } from '../audit/record-audit.ts'
import { afterId, toPage } from '../db/cursor.ts'
import { forOrg, inTx, type Db } from '../db/database.ts'
import { idempotently } from '../db/idempotent.ts'
import { readJsonOrNull, writeJson } from '../db/json-column.ts'
import type { EngineFamily } from '../engine/catalog.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { Clock } from '../lib/time.ts'
import { engineKeyOf, KeptProbe, toClusterView, withoutRights } from './cluster.ts'
import {
  deleteCluster,
  getClusterRow,
  insertCluster,
  listClusterRows,
  lockClusterRow,
  updateCluster,
} from './cluster-store.ts'
import { tokenContext } from './connect-cluster.ts'
import type { ConnectDeps } from './connect-environment.ts'
import { listEnvironments } from './environment-store.ts'
import { showCluster } from './show-cluster.ts'

export interface ClusterDeps extends ConnectDeps {
  readonly db: Db
  readonly now: Clock
}

export interface ClusterInput {
  readonly name: string
  readonly base_url: string
  readonly ui_url: string
  readonly token: string
  readonly pinned_family: EngineFamily | null
  readonly server_time_zone: string
  readonly max_calls_per_second: number
  readonly max_concurrent_calls: number
}

export async function createCluster(
  deps: ClusterDeps,
  call: Call,
  input: ClusterInput & { readonly idempotencyKey: string | undefined },
) {
  const { token, idempotencyKey, ...cluster } = input
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  // Of the request only a hash is kept, so the token may be part of it.
  const request = { ...cluster, token }
  const { value } = await idempotently(
    db,
    call,
    { operation: 'createCluster', key: idempotencyKey, request, at },
    async (tx) => {
      const clusterId = newId('clu')
      await insertCluster(tx, {
        ...cluster,
        cluster_id: clusterId,
        engine_key: engineKeyOf(cluster.base_url),
        token_box: deps.secrets.seal(token, tokenContext(clusterId)),
        revision: 1,
        created_at: at,
        updated_at: at,
      })
      await recordAudit(tx, call, {
        action: 'cluster.create',
        subjectType: 'cluster',
        subjectId: clusterId,
        after: cluster,
        at,
      })
      return clusterId
    },
  )
  return showCluster(db, value)
}

export type ClusterChange = {
  readonly [K in keyof Omit<ClusterInput, 'base_url'>]?: ClusterInput[K] | undefined
}

/** The address stays: environments' projects are known by it. */
export async function changeCluster(
  deps: ClusterDeps,
  call: Call,
  input: {
    readonly clusterId: string
    readonly revision: number | null
    readonly change: ClusterChange
  },
) {
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  await inTx(db, async (tx) => {
    const row = await lockClusterRow(tx, input.clusterId)
    const { token, ...given } = input.change
    const change = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    )
    const probe = readJsonOrNull(KeptProbe, row.probe)
    const sealed =
      token === undefined
        ? {}
        : {
            token_box: deps.secrets.seal(token, tokenContext(row.cluster_id)),
            probe: probe && writeJson(withoutRights(probe)),
          }
    if (
      !(await updateCluster(tx, row.cluster_id, {
        ...change,
        ...sealed,
        updated_at: at,
        revision: input.revision ?? row.revision,
      }))
    ) {
      throw new AppError('conflict', 'request.stale', 'the cluster was changed since it was read', {
        details: { current_revision: row.revision },
      })
    }
    await recordAudit(tx, call, {
      action: 'cluster.change',
      subjectType: 'cluster',
      subjectId: row.cluster_id,
      before: toClusterView(row, await listEnvironments(tx)),
      after: { ...change, is_token_changed: token !== undefined },
      at,
    })
  })
  return showCluster(db, input.clusterId)
}

export async function removeCluster(
  deps: ClusterDeps,
  call: Call,
  input: { readonly clusterId: string },
): Promise<void> {
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const row = await getClusterRow(tx, input.clusterId)
    const users = (await listEnvironments(tx)).filter(
      (environment) => environment.clusterId === row.cluster_id,
    )
    if (users.length > 0) {
      throw new AppError(
        'conflict',
        'cluster.in_use',
        `environments use it: ${users.map((user) => user.name).join(', ')}`,
      )
    }
    await deleteCluster(tx, row.cluster_id)
    await recordAudit(tx, call, {
      action: 'cluster.delete',
      subjectType: 'cluster',
      subjectId: row.cluster_id,
      before: { name: row.name },
      at: deps.now(),
    })
  })
}

export async function readCluster(
  deps: ClusterDeps,
  call: Call,
  input: { readonly clusterId: string },
) {
  return showCluster(forOrg(deps.db, call.orgId), input.clusterId)
}

export async function pageOfClusters(
  deps: ClusterDeps,
  call: Call,
  page: { readonly limit: number; readonly cursor?: string | undefined },
) {
  const at = forOrg(deps.db, call.orgId)
  const rows = await listClusterRows(at, { after: afterId(page), limit: page.limit })
  const environments = await listEnvironments(at)
  return toPage(rows, {
    limit: page.limit,
    item: (row) => toClusterView(row, environments),
    position: (row) => [row.cluster_id],
  })
}
