import { Facts } from '../alerts/channel.ts'
import { afterId, toPage } from '../db/cursor.ts'
import { forOrg, type Db } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { Call } from '../lib/call.ts'
import { listFindings } from './finding-store.ts'
import type { InspectionRule } from './inspection-rule.ts'
import { getRule, listRules } from './rule-store.ts'

interface PageInput {
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface ListDeps {
  readonly db: Db
}

export async function pageOfRules(deps: ListDeps, call: Call, page: PageInput) {
  const rows = await listRules(forOrg(deps.db, call.orgId), {
    after: afterId(page),
    limit: page.limit,
  })
  return toPage(rows, { limit: page.limit, item: toRuleView, position: (rule) => [rule.ruleId] })
}

export async function readRule(deps: ListDeps, call: Call, input: { readonly ruleId: string }) {
  return toRuleView(await getRule(forOrg(deps.db, call.orgId), input.ruleId))
}

export async function pageOfFindings(
  deps: ListDeps,
  call: Call,
  page: PageInput & {
    readonly state?: string | undefined
    readonly workflow_id?: string | undefined
  },
) {
  const filter = {
    state: page.state,
    workflowId: page.workflow_id,
    after: afterId(page),
    limit: page.limit,
  }
  const rows = await listFindings(forOrg(deps.db, call.orgId), filter)
  return toPage(rows, {
    limit: page.limit,
    item: toFindingView,
    position: (row) => [row.finding_id],
  })
}

export function toRuleView(rule: InspectionRule) {
  return {
    rule_id: rule.ruleId,
    name: rule.name,
    kind: rule.spec.kind,
    params: rule.spec.params,
    workflow_id: rule.workflowId,
    environment_id: rule.environmentId,
    severity: rule.severity,
    is_enabled: rule.isEnabled,
    revision: rule.revision,
    created_at: rule.createdAt.toISOString(),
    updated_at: rule.updatedAt.toISOString(),
  }
}

function toFindingView(row: Row<'inspection_finding'>) {
  return {
    finding_id: row.finding_id,
    rule_id: row.rule_id,
    workflow_id: row.workflow_id,
    environment_id: row.environment_id,
    state: row.state,
    severity: row.severity,
    title: row.title,
    facts: readJson(Facts, row.facts),
    seen_count: row.seen_count,
    first_seen_at: row.first_seen_at.toISOString(),
    last_seen_at: row.last_seen_at.toISOString(),
    resolved_at: row.resolved_at?.toISOString() ?? null,
  }
}
