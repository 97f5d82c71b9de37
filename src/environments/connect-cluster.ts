import { z } from 'zod'
import { readJsonOrNull } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { EngineAddress } from '../engine/engine.ts'
import type { SecretBox } from '../lib/secrets.ts'

const ProbeFacts = z.looseObject({ userTimeZone: z.string(), skewMs: z.number() })

/** Where and as whom to speak to a cluster. */
export function addressOf(
  secrets: SecretBox,
  cluster: Row<'engine_cluster'>,
): EngineAddress & { readonly skewMs: number } {
  const probe = readJsonOrNull(ProbeFacts, cluster.probe)
  return {
    baseUrl: cluster.base_url,
    uiUrl: cluster.ui_url,
    token: secrets.open(cluster.token_box, tokenContext(cluster.cluster_id)),
    serverTimeZone: cluster.server_time_zone,
    userTimeZone: probe?.userTimeZone ?? cluster.server_time_zone,
    skewMs: probe?.skewMs ?? 0,
    budget: {
      maxPerSecond: cluster.max_calls_per_second,
      maxConcurrent: cluster.max_concurrent_calls,
    },
  }
}

/** What binds the sealed token to its row. */
export function tokenContext(clusterId: string): string {
  return `engine_cluster.token_box:${clusterId}`
}
