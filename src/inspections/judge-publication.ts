import type { OrgTx } from '../db/database.ts'
import type { Clock } from '../lib/time.ts'
import type { EndedPublication } from '../publishing/publication.ts'
import { fingerprintOf } from './finding-store.ts'
import type { InspectionRule, Place } from './inspection-rule.ts'
import {
  closeFindings,
  openFinding,
  rulesFor,
  type JudgeNames,
  type Names,
} from './open-finding.ts'

export interface JudgePublicationDeps extends JudgeNames {
  readonly now: Clock
}

const FAILED = new Set(['failed', 'compensated', 'stuck'])

interface Judged {
  readonly rule: InspectionRule
  readonly place: Place
  readonly publication: EndedPublication
  readonly at: Date
}

/** Runs inside the transaction that ends a publication, so neither is there without the other. */
export async function judgePublication(
  deps: JudgePublicationDeps,
  tx: OrgTx,
  publication: EndedPublication,
): Promise<void> {
  const place = { workflowId: publication.workflowId, environmentId: publication.environmentId }
  const rules = await rulesFor(tx, 'publish_failed', place)
  if (rules.length === 0) return
  const names = await deps.namesOf(tx, place)
  for (const rule of rules) {
    const judged = { rule, place, publication, at: deps.now() }
    await closeWhatIsOver(tx, judged)
    if (FAILED.has(publication.state)) await openFailure(tx, judged, names)
    if (publication.isConcurrentEdit) await openConcurrentEdit(tx, judged, names)
  }
}

/** A success ends all of it; any other end only what waited for a person at this publication. */
async function closeWhatIsOver(
  tx: OrgTx,
  { rule: { ruleId }, place, publication, at }: Judged,
): Promise<void> {
  if (publication.state === 'stuck') return
  if (publication.state === 'succeeded') return closeFindings(tx, { ruleId, place }, at)
  const fingerprint = fingerprintOf(ruleId, place, publication.publicationId)
  await closeFindings(tx, { ruleId, fingerprint }, at)
}

/** `stuck` blocks until a person acts, so it is told whatever else is open. */
async function openFailure(
  tx: OrgTx,
  { rule, place, publication, at }: Judged,
  names: Names,
): Promise<void> {
  const { publicationId, operation, state, failure } = publication
  await openFinding(tx, {
    rule,
    place,
    ...(state === 'stuck' ? { subject: publicationId } : {}),
    publicationId,
    title: `${operation} of ${names.workflow} to ${names.environment} ended ${state}`,
    facts: [
      ...factsOf(publication),
      ...(failure === null ? [] : [{ label: 'Why', value: failure }]),
    ],
    at,
  })
}

async function openConcurrentEdit(
  tx: OrgTx,
  { rule, place, publication, at }: Judged,
  names: Names,
): Promise<void> {
  const { publicationId, operation } = publication
  await openFinding(tx, {
    rule,
    place,
    subject: `concurrent edit:${publicationId}`,
    publicationId,
    title: `Somebody edited ${names.workflow} on the engine of ${names.environment} during its ${operation}`,
    facts: factsOf(publication),
    at,
  })
}

function factsOf({ publicationId, requestedByName }: EndedPublication) {
  return [
    { label: 'Publication', value: publicationId },
    { label: 'Requested by', value: requestedByName },
  ]
}
