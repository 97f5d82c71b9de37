import { forOrg } from '../db/database.ts'
import { findReplay } from '../db/idempotent.ts'
import {
  connectEnvironment,
  type ConnectedEnvironment,
} from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { findDeployed } from '../publishing/adopt-deployment.ts'
import { documentKept, type DeployedState } from '../publishing/deployed-state.ts'
import { isSameSchedule, readLiveState } from '../publishing/live-state.ts'
import { makePlan, type PlanDeps } from '../publishing/make-plan.ts'
import { partDigestOf } from '../publishing/part-digest.ts'
import type { LiveState } from '../publishing/plan.ts'
import { readProof, type PromotionProof } from '../publishing/promotion-proof.ts'
import { valueOrIssues } from '../publishing/value-or-issues.ts'
import { requestPublication } from '../publishing/request-publication.ts'

export interface PromoteInput {
  readonly workflowId: string
  readonly from: string
  readonly to: string
  readonly online: boolean
  readonly note: string
  readonly idempotencyKey: string | undefined
}

/** Asks for the version that runs in one environment to be published to another. */
export async function promote(
  deps: PlanDeps,
  call: Call,
  input: PromoteInput,
): Promise<{ readonly publicationId: string; readonly proof: PromotionProof }> {
  const at = forOrg(deps.db, call.orgId)
  const { idempotencyKey, ...request } = input
  const askedAs = { operation: 'promote', request }
  // Looked for first: once the promotion is through, the plan is another one.
  const replayed = await findReplay(at, call, { ...askedAs, key: idempotencyKey })
  if (replayed !== null) return { publicationId: replayed, proof: await readProof(at, replayed) }
  const source = await connectEnvironment(deps, at, input.from)
  const { name: sourceName, environmentId } = source.environment
  if ([sourceName, environmentId].includes(input.to))
    throw new AppError('invalid', 'request.invalid', `it runs in ${sourceName} already`, {
      issues: [{ pointer: '/to', code: 'request.invalid', message: 'must differ from `from`' }],
    })
  const found = await findDeployed(at, source.environment, input.workflowId)
  if (!found)
    throw new AppError(
      'not_found',
      'deployment.not_found',
      `${input.workflowId} is not deployed in ${sourceName}`,
    )
  const { deployed, version } = found
  const wanted = {
    workflowId: input.workflowId,
    environment: input.to,
    operation: 'deploy' as const,
    version,
    options: { online: input.online },
  }
  const plan = await makePlan(deps, call, wanted)
  const expected = partDigestOf(deployed.document)
  const there = await partThere(call, source, deployed)
  const differing = [
    ...(there.part === expected ? [] : [sourceName]),
    ...((plan.engine_part_digest ?? expected) === expected ? [] : [input.to]),
  ]
  if (differing.length > 0)
    throw new AppError(
      'conflict',
      'promotion.differs',
      `beyond the names of its environment, ${differing.join(' and ')} would not hold what v${version} says${there.isSchedule ? ' of the schedule' : ''}${there.part === expected ? '' : `; adopt or restore what was edited in ${sourceName} first`}`,
    )
  const publicationId = await requestPublication(deps, call, {
    ...wanted,
    planDigest: plan.plan_digest,
    note: input.note,
    idempotencyKey,
    askedAs,
  })
  return { publicationId, proof: await readProof(at, publicationId) }
}

/** Of what runs there now, not of what was published there once; null: it is gone, or unsayable. */
async function partThere(
  call: Call,
  { engine, compiler, environment: { projectCode } }: ConnectedEnvironment,
  deployed: DeployedState,
): Promise<{ readonly part: string | null; readonly isSchedule: boolean }> {
  const { code } = deployed.live
  const live = await readLiveState(engine, { projectCode, code }, { signal: call.signal })
  const { value } = valueOrIssues(() => live && documentKept({ compiler }, deployed, live))
  if (!live || !value) return { part: null, isSchedule: false }
  const { document } = deployed
  const { schedule } = document
  const isDefinitionSame =
    partDigestOf({ ...value, schedule }) === partDigestOf({ ...document, schedule })
  const whole = isScheduleKept(deployed.live, live) ? partDigestOf(value) : null
  return { part: whole, isSchedule: isDefinitionSame && whole !== partDigestOf(document) }
}

/** As it was read back; whether it is online does not count. Its worker group and environment stand in no document. */
function isScheduleKept(before: LiveState, now: LiveState): boolean {
  const [was, is, ...others] = [before.schedules[0], ...now.schedules]
  if (others.length > 0) return false
  return was === undefined || (is !== undefined && isSameSchedule(was.content, is.content))
}
