import type { OrgTx } from '../db/database.ts'
import { closeFinding, openFinding, type JudgeDeps } from './judge-attempt.ts'
import { fingerprintOf } from './finding-store.ts'
import { appliesTo } from './inspection-rule.ts'
import { listEnabledRules } from './rule-store.ts'

export interface EndedPublication {
  readonly publicationId: string
  readonly workflowId: string
  readonly environmentId: string
  readonly operation: string
  readonly state: string
  readonly requestedByName: string
  /** One sentence; null when it succeeded. */
  readonly failure: string | null
}

const FAILED = new Set(['failed', 'compensated', 'stuck'])

/** Runs inside the transaction that ends a publication, so neither is there without the other. */
export async function judgePublication(
  deps: Pick<JudgeDeps, 'now' | 'namesOf'>,
  tx: OrgTx,
  publication: EndedPublication,
): Promise<void> {
  const place = { workflowId: publication.workflowId, environmentId: publication.environmentId }
  const rules = (await listEnabledRules(tx, 'publish_failed')).filter((rule) =>
    appliesTo(rule, place),
  )
  for (const rule of rules) {
    if (publication.state === 'succeeded')
      await closeFinding(deps, tx, fingerprintOf(rule.ruleId, place))
    if (!FAILED.has(publication.state)) continue
    const names = await deps.namesOf(tx, place)
    await openFinding(deps, tx, {
      rule,
      place,
      runId: null,
      publicationId: publication.publicationId,
      title: `${publication.operation} of ${names.workflow} to ${names.environment} ended ${publication.state}`,
      facts: [
        { label: 'Publication', value: publication.publicationId },
        { label: 'Requested by', value: publication.requestedByName },
        ...(publication.failure === null ? [] : [{ label: 'Why', value: publication.failure }]),
      ],
    })
  }
}
