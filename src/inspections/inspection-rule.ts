import { z } from 'zod'
import { SEVERITIES } from '../alerts/channel.ts'
import { readJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'

/** What each kind of rule can be told. */
export const RuleSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('consecutive_failures'),
    params: z.strictObject({ times: z.int().min(1).max(100).default(3) }).prefault({}),
  }),
  z.strictObject({ kind: z.literal('publish_failed'), params: z.strictObject({}).prefault({}) }),
  z.strictObject({ kind: z.literal('run_unresolved'), params: z.strictObject({}).prefault({}) }),
])
export type RuleSpec = z.output<typeof RuleSpec>
export type RuleKind = RuleSpec['kind']

export interface InspectionRule {
  readonly ruleId: string
  readonly name: string
  readonly spec: RuleSpec
  /** null: every workflow, every environment. */
  readonly workflowId: string | null
  readonly environmentId: string | null
  readonly severity: (typeof SEVERITIES)[number]
  readonly isEnabled: boolean
  readonly revision: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export function toRule(row: Row<'inspection_rule'>): InspectionRule {
  return {
    ruleId: row.rule_id,
    name: row.name,
    spec: RuleSpec.parse({ kind: row.kind, params: readJson(z.json(), row.params) }),
    workflowId: row.workflow_id,
    environmentId: row.environment_id,
    severity: z.enum(SEVERITIES).parse(row.severity),
    isEnabled: Boolean(row.is_enabled),
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export interface Place {
  readonly workflowId: string
  readonly environmentId: string
}

/** A rule without a workflow or environment holds for all of them. */
export function appliesTo(rule: InspectionRule, place: Place): boolean {
  return (
    (rule.workflowId === null || rule.workflowId === place.workflowId) &&
    (rule.environmentId === null || rule.environmentId === place.environmentId)
  )
}

/** What a new organization starts with. */
export const DEFAULT_RULES = [
  {
    name: 'Three failures in a row',
    kind: 'consecutive_failures',
    params: { times: 3 },
    severity: 'critical',
  },
  { name: 'A publish failed', kind: 'publish_failed', params: {}, severity: 'warning' },
  { name: 'A run was lost', kind: 'run_unresolved', params: {}, severity: 'critical' },
] as const
