import type { OrgTx } from '../db/database.ts'
import { openFinding, rulesFor, type JudgeNames } from './open-finding.ts'

export interface UnresolvedRun {
  readonly runId: string
  readonly workflowId: string
  readonly environmentId: string
  readonly at: Date
}

/** Runs inside the transaction that gives a run up, so neither is there without the other. */
export async function judgeUnresolvedRun(
  deps: JudgeNames,
  tx: OrgTx,
  { runId, workflowId, environmentId, at }: UnresolvedRun,
): Promise<void> {
  const place = { workflowId, environmentId }
  const rules = await rulesFor(tx, 'run_unresolved', place)
  if (rules.length === 0) return
  const names = await deps.namesOf(tx, place)
  for (const rule of rules) {
    await openFinding(tx, {
      rule,
      place,
      subject: runId,
      runId,
      title: `A run of ${names.workflow} in ${names.environment} was sent and never found on the engine`,
      facts: [{ label: 'Run', value: runId }],
      at,
    })
  }
}
