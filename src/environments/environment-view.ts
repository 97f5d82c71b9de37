import { z } from 'zod'
import { readJsonOrNull } from '../db/json-column.ts'
import type { Environment } from './environment.ts'
import type { EnvironmentSync } from './environment-store.ts'
import type { EnvironmentRights } from './rights.ts'

const SyncError = z.object({ message: z.string() })

/** What the API shows of an environment; without a sync nothing of its engine was ever looked at. */
export function toEnvironmentView(
  environment: Environment,
  {
    sync,
    rights,
  }: { readonly sync: EnvironmentSync | undefined; readonly rights: EnvironmentRights | null },
) {
  return {
    ...toSettings(environment),
    rights: rights && {
      as_of: rights.as_of,
      missing_rights: rights.missing_rights,
      unknown_rights: rights.unknown_rights,
    },
    sync: {
      as_of: sync?.as_of?.toISOString() ?? null,
      last_error: readJsonOrNull(SyncError, sync?.last_error ?? null)?.message ?? null,
      last_error_at: sync?.last_error_at?.toISOString() ?? null,
    },
  }
}

/** What people decide about an environment. */
export function toSettings(environment: Environment) {
  return {
    environment_id: environment.environmentId,
    name: environment.name,
    cluster_id: environment.clusterId,
    project_code: environment.projectCode,
    project_name: environment.projectName,
    stage_rank: environment.stageRank,
    defaults: environment.defaults,
    overlay: environment.overlay,
    policy: environment.policy,
    policy_version: environment.policyVersion,
    revision: environment.revision,
    created_at: environment.createdAt.toISOString(),
    updated_at: environment.updatedAt.toISOString(),
  }
}
