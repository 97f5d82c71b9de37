import { z } from 'zod'
import type { Row } from '../db/tables.ts'
import { readJson } from '../db/json-column.ts'

/** What a definition gets where it says nothing itself. */
export const EnvironmentDefaults = z.strictObject({
  worker_group: z.string().min(1).default('default'),
  tenant: z.string().min(1).default('default'),
  environment: z.string().min(1).nullable().default(null),
})
export type EnvironmentDefaults = z.output<typeof EnvironmentDefaults>

const Names = z.record(z.string().min(1), z.string().min(1)).default({})

/** Typed replacement of names on the way into this environment: document name → name there. */
export const EnvironmentOverlay = z.strictObject({
  data_sources: Names,
  worker_groups: Names,
  tenants: Names,
  environments: Names,
  alert_groups: Names,
  task_groups: Names,
  resources: Names,
  /** Start parameter → its default here. */
  params: Names,
})
export type EnvironmentOverlay = z.output<typeof EnvironmentOverlay>
export const NO_OVERLAY = EnvironmentOverlay.parse({})

export const EnvironmentPolicy = z.strictObject({
  /** 0: a publication is approved by asking for it. */
  approvals_required: z.int().min(0).max(10).default(1),
  /** Members, by name, who may approve; empty: everybody with the role approver. */
  approvers: z.array(z.string().trim().min(1)).default([]),
  approval_expires_hours: z.int().min(1).max(720).default(72),
  /** What a version has to have shown in one environment of the rank below; null: it may come here directly. */
  promotion: z
    .strictObject({
      successful_runs: z.int().min(0).max(1000).default(0),
      /** Online there as it was published, without a break. */
      soak_hours: z.number().min(0).max(720).default(0),
    })
    .nullable()
    .default(null),
})
export type EnvironmentPolicy = z.output<typeof EnvironmentPolicy>

export interface Environment {
  readonly environmentId: string
  readonly name: string
  readonly clusterId: string
  readonly projectCode: string
  readonly projectName: string
  /** dev before test before prod. */
  readonly stageRank: number
  readonly defaults: EnvironmentDefaults
  readonly overlay: EnvironmentOverlay
  readonly policy: EnvironmentPolicy
  /** Rises with each change of policy, overlay or defaults: a plan made before is stale. */
  readonly policyVersion: number
  readonly revision: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export function toEnvironment(row: Row<'engine_environment'>): Environment {
  return {
    environmentId: row.environment_id,
    name: row.name,
    clusterId: row.cluster_id,
    projectCode: row.project_code,
    projectName: row.project_name,
    stageRank: row.stage_rank,
    defaults: readJson(EnvironmentDefaults, row.defaults),
    overlay: readJson(EnvironmentOverlay, row.overlay),
    policy: readJson(EnvironmentPolicy, row.policy),
    policyVersion: row.policy_version,
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
