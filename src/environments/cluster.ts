import { createHash } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { readJsonOrNull } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { Environment } from './environment.ts'
import { EnvironmentRights, Right } from './rights.ts'

/** What a probe found, as it is kept. */
export const KeptProbe = z.object({
  family: z.string(),
  versionText: z.string().nullable(),
  userName: z.string(),
  isAdmin: z.boolean(),
  userTimeZone: z.string(),
  skewMs: z.number(),
  warnings: z.array(z.string()),
  /** null: a probe of an earlier release, which did not look. */
  missing_rights: z.array(Right).nullable().default(null),
  unknown_rights: z.array(Right).nullable().default(null),
  environments: z.array(EnvironmentRights).default([]),
})
export type KeptProbe = z.output<typeof KeptProbe>

const TOKEN_CHANGED = 'the token was changed since: probe again to see what it may do'

/** A probe whose token was replaced: zones and clock are of use until the next one, rights are not. */
export function withoutRights(probe: KeptProbe): KeptProbe {
  return {
    ...probe,
    isAdmin: false,
    warnings: [TOKEN_CHANGED],
    missing_rights: null,
    unknown_rights: null,
    environments: [],
  }
}

/** What was found out for one environment; null: nobody looked since it was made. */
export function rightsIn(probe: KeptProbe | null, environmentId: string): EnvironmentRights | null {
  return probe?.environments.find((each) => each.environment_id === environmentId) ?? null
}

/** What the API shows of a cluster: its token went in and does not come out. */
export function toClusterView(row: Row<'engine_cluster'>, environments: readonly Environment[]) {
  const probe = readJsonOrNull(KeptProbe, row.probe)
  return {
    cluster_id: row.cluster_id,
    name: row.name,
    base_url: row.base_url,
    ui_url: row.ui_url,
    pinned_family: row.pinned_family,
    family: row.pinned_family ?? row.family,
    server_time_zone: row.server_time_zone,
    max_calls_per_second: row.max_calls_per_second,
    max_concurrent_calls: row.max_concurrent_calls,
    probe: probe && {
      version_text: probe.versionText,
      user_name: probe.userName,
      is_admin: probe.isAdmin,
      user_time_zone: probe.userTimeZone,
      skew_ms: probe.skewMs,
      warnings: probe.warnings,
      missing_rights: probe.missing_rights,
      unknown_rights: probe.unknown_rights,
      environments: environments
        .filter((environment) => environment.clusterId === row.cluster_id)
        .map((environment) => toRightsView(environment, probe)),
    },
    probed_at: row.probed_at?.toISOString() ?? null,
    revision: row.revision,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

function toRightsView(environment: Environment, probe: KeptProbe) {
  const found = rightsIn(probe, environment.environmentId)
  return {
    environment: environment.name,
    environment_id: environment.environmentId,
    project_code: environment.projectCode,
    project_name: environment.projectName,
    as_of: found?.as_of ?? null,
    missing_rights: found?.missing_rights ?? null,
    unknown_rights: found?.unknown_rights ?? null,
  }
}

/**
 * The same engine under the same address, whoever registers it and however they write it. By an
 * alias in DNS it is another one: what keeps a project to one environment then is its code and name.
 */
export function engineKeyOf(baseUrl: string): string {
  const { hostname, port, pathname } = new URL(baseUrl)
  const path = pathname.replace(/\/+$/, '')
  return createHash('sha256')
    .update(`${plainHost(hostname)}${port && `:${port}`}${path}`.toLowerCase())
    .digest('hex')
}

/** Every name of this machine is one. */
function plainHost(hostname: string): string {
  const host = hostname.replace(/\.$/, '')
  if (/(?:^|\.)localhost$/i.test(host)) return 'localhost'
  const address = host.replaceAll(/[[\]]/g, '')
  if (!ipaddr.isValid(address)) return host
  const range = ipaddr.process(address).range()
  return range === 'loopback' || range === 'unspecified' ? 'localhost' : host
}
