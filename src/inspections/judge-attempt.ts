import { raiseAlert } from '../alerts/raise-alert.ts'
import { resolveAlerts } from '../alerts/resolve-alerts.ts'
import { forOrg, inTx, type Db, type OrgTx } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { Call } from '../lib/call.ts'
import { newId } from '../lib/ids.ts'
import type { Clock } from '../lib/time.ts'
import { existsLaterSuccess, listFinalAttempts, lockUnjudged, markJudged } from './attempt-store.ts'
import {
  fingerprintOf,
  insertFinding,
  markFindingResolved,
  markSeenAgain,
} from './finding-store.ts'
import { appliesTo, type InspectionRule, type Place } from './inspection-rule.ts'
import { listEnabledRules } from './rule-store.ts'
import { countFailuresInARow } from './streak.ts'

export interface JudgeDeps {
  readonly db: Db
  readonly now: Clock
  /** Names for the alert's title, from the database alone. */
  readonly namesOf: (
    tx: OrgTx,
    place: Place,
  ) => Promise<{ readonly workflow: string; readonly environment: string }>
}

/** Feeds one final attempt to the rules, once: finding, alert and the mark are one transaction. */
export async function judgeAttempt(
  deps: JudgeDeps,
  call: Call,
  input: { readonly runId: string; readonly attempt: number },
): Promise<void> {
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const attempt = await lockUnjudged(tx, input)
    if (!attempt) return
    const place = { workflowId: attempt.workflow_id, environmentId: attempt.environment_id }
    const rules = (await listEnabledRules(tx, 'consecutive_failures')).filter((rule) =>
      appliesTo(rule, place),
    )
    for (const rule of rules) {
      if (attempt.state === 'success')
        await closeFinding(deps, tx, fingerprintOf(rule.ruleId, place))
      if (attempt.state === 'failure') await judgeFailure(deps, tx, { rule, place, attempt })
    }
    await markJudged(tx, input, deps.now())
  })
}

interface Judged {
  readonly rule: InspectionRule
  readonly place: Place
  readonly attempt: Row<'run_attempt'>
}

async function judgeFailure(
  deps: JudgeDeps,
  tx: OrgTx,
  { rule, place, attempt }: Judged,
): Promise<void> {
  if (rule.spec.kind !== 'consecutive_failures') return
  const { times } = rule.spec.params
  const attempts = await listFinalAttempts(tx, place, { upTo: attempt.started_at, limit: times })
  if (countFailuresInARow(attempts) < times) return
  if (await existsLaterSuccess(tx, place, attempt.started_at)) return
  const names = await deps.namesOf(tx, place)
  await openFinding(deps, tx, {
    rule,
    place,
    runId: attempt.run_id,
    title: `${names.workflow} failed ${times} times in a row in ${names.environment}`,
    facts: [
      { label: 'Failures in a row', value: String(times) },
      { label: 'Last run', value: attempt.run_id },
    ],
  })
}

interface Opened {
  readonly rule: InspectionRule
  readonly place: Place
  readonly runId: string | null
  readonly publicationId?: string
  readonly title: string
  readonly facts: readonly { readonly label: string; readonly value: string }[]
}

/** One finding and one alert until it is resolved; seen again only counts. */
export async function openFinding(
  deps: Pick<JudgeDeps, 'now'>,
  tx: OrgTx,
  input: Opened,
): Promise<void> {
  const { rule, place } = input
  const at = deps.now()
  const findingId = newId('fnd')
  const fingerprint = fingerprintOf(rule.ruleId, place)
  const isNew = await insertFinding(tx, {
    finding_id: findingId,
    rule_id: rule.ruleId,
    fingerprint,
    open_fingerprint: fingerprint,
    workflow_id: place.workflowId,
    environment_id: place.environmentId,
    state: 'open',
    severity: rule.severity,
    title: input.title.slice(0, 500),
    facts: writeJson(input.facts),
    seen_count: 1,
    first_seen_at: at,
    last_seen_at: at,
  })
  if (!isNew) return markSeenAgain(tx, fingerprint, at)
  await raiseAlert(tx, {
    dedupKey: findingId,
    kind: rule.spec.kind,
    severity: rule.severity,
    title: input.title,
    facts: input.facts,
    findingId,
    publicationId: input.publicationId ?? null,
    runId: input.runId,
    workflowId: place.workflowId,
    environmentId: place.environmentId,
    at,
  })
}

export async function closeFinding(
  deps: Pick<JudgeDeps, 'now'>,
  tx: OrgTx,
  fingerprint: string,
): Promise<void> {
  const at = deps.now()
  const findingId = await markFindingResolved(tx, fingerprint, at)
  if (findingId !== null) await resolveAlerts(tx, findingId, at)
}
