import { createHash } from 'node:crypto'
import { z } from 'zod'
import { sortKeys } from '../definition/canonical.ts'
import { DocumentDiff } from '../definition/diff.ts'
import type { EngineDefinition, EngineLayout } from '../engine/definition.ts'
import { EnvironmentOverlay } from '../environments/environment.ts'
import { codesAsKeys } from './codes-as-keys.ts'

export const ScheduleContent = z.object({
  cron: z.string(),
  timezone: z.string(),
  /** Instants as the document says them; null: chosen when it is written. */
  starts_at: z.iso.datetime().nullable(),
  ends_at: z.iso.datetime(),
  on_failure: z.enum(['continue', 'end']),
  warning_type: z.enum(['none', 'success', 'failure', 'all']),
  warning_group_id: z.int(),
  priority: z.enum(['highest', 'high', 'medium', 'low', 'lowest']),
  worker_group: z.string(),
  tenant: z.string(),
  environment_code: z.string().nullable(),
})
export type ScheduleContent = z.output<typeof ScheduleContent>

/** Ours as it was written; the engine's own shape is read by its client. */
export const StoredDefinition = z.custom<EngineDefinition>(isObject)

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

export const LiveState = z.object({
  code: z.string(),
  engine_version: z.int(),
  is_online: z.boolean(),
  definition: StoredDefinition,
  /** What an undone edit puts tasks back to; no part of what is compared or hashed. */
  layout: z.custom<EngineLayout>(isObject).optional(),
  schedules: z.array(z.object({ id: z.int(), is_online: z.boolean(), content: ScheduleContent })),
})
export type LiveState = z.output<typeof LiveState>

const DesiredState = z.object({
  /** null: undeployed. */
  definition: StoredDefinition.nullable(),
  is_online: z.boolean(),
  /** null: none. */
  schedule: ScheduleContent.nullable(),
  is_schedule_online: z.boolean(),
})
export type DesiredState = z.output<typeof DesiredState>

const Named = <T extends z.ZodType>(of: T) => z.record(z.string(), of).default({})

/** The ids behind the names of a document, as they were resolved. */
export const BoundNames = z.object({
  dataSources: Named(z.object({ id: z.int(), name: z.string(), type: z.string() })),
  environmentCodes: Named(z.string()),
  alertGroupIds: Named(z.int()),
  taskGroupIds: Named(z.int()),
  resources: Named(z.object({ id: z.int().nullable(), fullName: z.string() })),
  /** What it made of them; null: of a release that did not keep it. */
  overlay: EnvironmentOverlay.nullable().default(null),
})
export type BoundNames = z.output<typeof BoundNames>

const PlanIssue = z.object({ pointer: z.string(), code: z.string(), message: z.string() })

/** What a publication will do and what it was compared with; stored on the record as it was read. */
export const Plan = z.object({
  operation: z.enum(['deploy', 'online', 'offline', 'undeploy']),
  workflow_id: z.string(),
  environment_id: z.string(),
  project_code: z.string(),
  tenant: z.string(),
  version: z.int(),
  version_digest: z.string(),
  policy_version: z.int(),
  task_codes: z.record(z.string(), z.string()),
  bound_names: BoundNames.prefault({}),
  /** Of the last deploy; null: there was none. */
  deployed_version: z.int().nullable().default(null),
  /** Of what would be sent, in the document's own names; null: it is not a deploy. */
  engine_part_digest: z.string().nullable().default(null),
  desired: DesiredState,
  live: LiveState.nullable(),
  changes: DocumentDiff.nullable(),
  changes_text: z.string(),
  /** Somebody edited the engine since the last publication. */
  drift_text: z.string().nullable(),
  steps: z.array(z.string()),
  warnings: z.array(z.string()),
  /** These block: nothing is sent while there is one. */
  issues: z.array(PlanIssue),
  next_fires: z.array(z.string()),
  plan_digest: z.string(),
})
export type Plan = z.output<typeof Plan>

type Hashed = Pick<
  Plan,
  | 'operation'
  | 'workflow_id'
  | 'environment_id'
  | 'project_code'
  | 'tenant'
  | 'version'
  | 'version_digest'
  | 'policy_version'
  | 'task_codes'
  | 'desired'
  | 'live'
> & { readonly overlay: unknown }

/**
 * SHA-256 over everything that was approved. Codes of new tasks are made anew by every plan and
 * mean nothing to anybody, so each task code is hashed as its key.
 */
export function planDigest({ task_codes: taskCodes, live, desired, ...rest }: Hashed): string {
  const toKeys = codesAsKeys(taskCodes)
  // Branches say codes as numbers, which no key can stand for.
  const asText = (_name: string, value: unknown): unknown =>
    typeof value === 'number' && toKeys(String(value)) !== String(value) ? `#${value}` : value
  const said = {
    ...rest,
    desired: { ...desired, definition: hashed(desired.definition, rest.tenant) },
    live: live && seen(live, rest.tenant),
  }
  const text = toKeys(JSON.stringify(sortKeys(said), asText))
  return createHash('sha256')
    .update(JSON.stringify(JSON.parse(text, sortedByText)))
    .digest('hex')
}

/** The engine's version number rises with saves that change nothing; where tasks stand is no content. */
function seen({ layout: _layout, ...live }: LiveState, tenant: string): object {
  return { ...live, engine_version: 0, definition: hashed(live.definition, tenant) }
}

/** The tenant that is sent is hashed as such: said again it would make plans of earlier releases stale. */
function hashed(definition: EngineDefinition | null, sent: string): object | null {
  if (definition?.tenant !== sent) return definition
  const { tenant: _tenant, ...rest } = definition
  return rest
}

/** Tasks and edges stand in the order of their codes, which new codes change. Other lists keep theirs. */
function sortedByText(key: string, value: unknown): unknown {
  if ((key !== 'tasks' && key !== 'edges') || !Array.isArray(value)) return value
  return value.map((item) => JSON.stringify(item)).sort()
}
