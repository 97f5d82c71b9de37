import { forOrg } from '../db/database.ts'
import { connectEnvironment } from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { findDeployed } from '../publishing/adopt-deployment.ts'
import { documentOf } from '../publishing/deployed-state.ts'
import { makePlan, type PlanDeps } from '../publishing/make-plan.ts'
import { partDigestOf } from '../publishing/part-digest.ts'
import { requestPublication } from '../publishing/request-publication.ts'

export interface PromoteInput {
  readonly workflowId: string
  readonly from: string
  readonly to: string
  readonly online: boolean
  readonly note: string
  readonly idempotencyKey: string | undefined
}

/** That both environments run the same, but for the names that are theirs. */
export interface PromotionProof {
  readonly version: number
  readonly version_digest: string
  /** Of what the engine keeps, in the document's own names; equal in all three. */
  readonly engine_part_digest: string
}

/** Asks for the version that runs in one environment to be published to another. */
export async function promote(
  deps: PlanDeps,
  call: Call,
  input: PromoteInput,
): Promise<{ readonly publicationId: string; readonly proof: PromotionProof }> {
  const at = forOrg(deps.db, call.orgId)
  const source = await connectEnvironment(deps, at, input.from)
  const found = await findDeployed(at, source.environment, input.workflowId)
  if (!found)
    throw new AppError(
      'not_found',
      'deployment.not_found',
      `${input.workflowId} is not deployed in ${source.environment.name}`,
    )
  const { deployed, version, digest } = found
  const wanted = {
    workflowId: input.workflowId,
    environment: input.to,
    operation: 'deploy' as const,
    version,
    options: { online: input.online },
  }
  const plan = await makePlan(deps, call, wanted)
  const expected = partDigestOf(deployed.document)
  const parts = {
    [source.environment.name]: partDigestOf(
      documentOf(source, deployed, { ...deployed.live, schedules: [] }),
    ),
    [input.to]: plan.engine_part_digest ?? expected,
  }
  const differing = Object.entries(parts).filter(([, part]) => part !== expected)
  if (differing.length > 0)
    throw new AppError(
      'conflict',
      'promotion.differs',
      `beyond the names of its environment, ${differing.map(([name]) => name).join(' and ')} would not hold what v${version} says`,
    )
  const publicationId = await requestPublication(deps, call, {
    ...wanted,
    planDigest: plan.plan_digest,
    note: input.note,
    idempotencyKey: input.idempotencyKey,
  })
  return {
    publicationId,
    proof: { version, version_digest: digest, engine_part_digest: expected },
  }
}
