import { forOrg, inTx, type Db, type OrgTx } from '../db/database.ts'
import type { Row } from '../db/tables.ts'
import type { Call } from '../lib/call.ts'
import type { Clock } from '../lib/time.ts'
import {
  existsLaterJudged,
  findRetriedRunId,
  listFinalAttempts,
  lockUnjudged,
  markJudged,
} from './attempt-store.ts'
import { fingerprintOf } from './finding-store.ts'
import type { InspectionRule, Place } from './inspection-rule.ts'
import { closeFindings, openFinding, rulesFor, type JudgeNames } from './open-finding.ts'
import { countFailuresInARow } from './streak.ts'

export interface JudgeDeps extends JudgeNames {
  readonly db: Db
  readonly now: Clock
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
    for (const rule of await rulesFor(tx, 'consecutive_failures', place)) {
      if (attempt.state === 'success') await judgeSuccess(deps, tx, { rule, place, attempt })
      if (attempt.state === 'failure') await judgeFailure(deps, tx, { rule, place, attempt })
    }
    await closeLostRuns(deps, tx, place, attempt)
    await markJudged(tx, input, deps.now())
  })
}

interface Judged {
  readonly rule: InspectionRule
  readonly place: Place
  readonly attempt: Row<'run_attempt'>
}

/** A long run that began before the failures says nothing about what came after it. */
async function judgeSuccess(
  deps: JudgeDeps,
  tx: OrgTx,
  { rule, place, attempt }: Judged,
): Promise<void> {
  const later = { state: 'failure', after: attempt.started_at } as const
  if (await existsLaterJudged(tx, place, later)) return
  await closeFindings(tx, { ruleId: rule.ruleId, place }, deps.now())
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
  const later = { state: 'success', after: attempt.started_at } as const
  if (await existsLaterJudged(tx, place, later)) return
  const names = await deps.namesOf(tx, place)
  await openFinding(tx, {
    rule,
    place,
    runId: attempt.run_id,
    title: `${names.workflow} failed ${times} times in a row in ${names.environment}`,
    facts: [
      { label: 'Failures in a row', value: String(times) },
      { label: 'Last run', value: attempt.run_id },
    ],
    at: deps.now(),
  })
}

/** A run that was lost is found when it has ended after all, or when a run in its place succeeded. */
async function closeLostRuns(
  deps: JudgeDeps,
  tx: OrgTx,
  place: Place,
  attempt: Row<'run_attempt'>,
): Promise<void> {
  const retried = attempt.state === 'success' ? await findRetriedRunId(tx, attempt.run_id) : null
  for (const { ruleId } of await rulesFor(tx, 'run_unresolved', place)) {
    for (const runId of retried === null ? [attempt.run_id] : [attempt.run_id, retried]) {
      const fingerprint = fingerprintOf(ruleId, place, runId)
      await closeFindings(tx, { ruleId, fingerprint }, deps.now())
    }
  }
}
