import { raiseAlert } from '../alerts/raise-alert.ts'
import { resolveAlerts } from '../alerts/resolve-alerts.ts'
import type { OrgTx } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import { newId } from '../lib/ids.ts'
import {
  fingerprintOf,
  insertFinding,
  markFindingsResolved,
  markSeenAgain,
  type OpenFindings,
} from './finding-store.ts'
import { appliesTo, type InspectionRule, type Place, type RuleKind } from './inspection-rule.ts'
import { lockEnabledRules } from './rule-store.ts'

export interface Names {
  readonly workflow: string
  readonly environment: string
}

export interface JudgeNames {
  /** Names for the alert's title, from the database alone. */
  readonly namesOf: (tx: OrgTx, place: Place) => Promise<Names>
}

export async function rulesFor(
  tx: OrgTx,
  kind: RuleKind,
  place: Place,
): Promise<readonly InspectionRule[]> {
  return (await lockEnabledRules(tx, kind)).filter((rule) => appliesTo(rule, place))
}

export interface Seen {
  readonly rule: InspectionRule
  readonly place: Place
  /** What is trouble of its own at that place; missing: the place as a whole. */
  readonly subject?: string
  readonly runId?: string
  readonly publicationId?: string
  readonly title: string
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly at: Date
}

/** One finding and one alert until it is resolved; seen again only counts. */
export async function openFinding(tx: OrgTx, seen: Seen): Promise<void> {
  const { rule, place, at } = seen
  const findingId = newId('fnd')
  const fingerprint = fingerprintOf(rule.ruleId, place, seen.subject)
  const isNew = await insertFinding(tx, {
    finding_id: findingId,
    rule_id: rule.ruleId,
    fingerprint,
    open_fingerprint: fingerprint,
    workflow_id: place.workflowId,
    environment_id: place.environmentId,
    state: 'open',
    severity: rule.severity,
    title: seen.title.slice(0, 500),
    facts: writeJson(seen.facts),
    seen_count: 1,
    first_seen_at: at,
    last_seen_at: at,
  })
  if (!isNew) return markSeenAgain(tx, fingerprint, at)
  await raiseAlert(tx, {
    dedupKey: findingId,
    kind: rule.spec.kind,
    severity: rule.severity,
    title: seen.title,
    facts: seen.facts,
    findingId,
    publicationId: seen.publicationId ?? null,
    runId: seen.runId ?? null,
    workflowId: place.workflowId,
    environmentId: place.environmentId,
    at,
  })
}

/** The trouble is over: its findings close, and their alerts with them. */
export async function closeFindings(tx: OrgTx, which: OpenFindings, at: Date): Promise<void> {
  for (const findingId of await markFindingsResolved(tx, which, at))
    await resolveAlerts(tx, findingId, at)
}
