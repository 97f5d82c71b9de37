import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type Db, type OrgTx } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import type { Call } from '../lib/call.ts'
import type { Clock } from '../lib/time.ts'
import { saveDeployment, type DeploymentChange } from './deployment-store.ts'
import type { Evidence } from './evidence.ts'
import { findOnlineSince } from './online-since.ts'
import { lockHeld } from './held-publication.ts'
import type { LiveState, Plan } from './plan.ts'
import type { EndedPublication, Failure, PublicationState } from './publication.ts'
import { updatePublication, type Lease, type PublicationRow } from './publication-store.ts'

export interface FinishDeps {
  readonly db: Db
  readonly now: Clock
  readonly lease: Lease
  readonly onEnded: (tx: OrgTx, publication: EndedPublication) => Promise<void>
}

export interface Finish {
  readonly row: PublicationRow
  readonly plan: Plan
  readonly state: PublicationState
  readonly failure: Failure | null
  readonly evidence: Evidence | null
  /** What the engine holds after what was done has been put back; null: that is not known. */
  readonly live: LiveState | null
}

/** The end as one transaction: record, deployment, audit and alerts are there together or not at all. */
export async function finishPublication(
  deps: FinishDeps,
  call: Call,
  finish: Finish,
): Promise<void> {
  const { row, plan, state, failure, evidence, live } = finish
  const at = deps.now()
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const current = await lockHeld(tx, row.publication_id, deps.lease)
    await updatePublication(tx, row.publication_id, {
      state,
      active_key: state === 'stuck' ? current.active_key : null,
      failure: failure && writeJson(failure),
      evidence: evidence && writeJson(evidence),
      lease_owner: null,
      lease_until: null,
      next_attempt_at: null,
      ended_at: state === 'stuck' ? null : at,
      updated_at: at,
    })
    const place = { workflowId: plan.workflow_id, environmentId: plan.environment_id }
    if (evidence) {
      const online = { isOnline: evidence.is_online, version: plan.version, at }
      const change = deploymentOf({ plan, evidence, row, live, at })
      const since = await findOnlineSince(tx, place, online)
      await saveDeployment(tx, place, { ...change, online_since: since })
    } else if (live) {
      const since = await findOnlineSince(tx, place, { isOnline: live.is_online, at })
      const seen = { online_since: since, as_of: at, updated_at: at }
      await saveDeployment(tx, place, { ...liveColumns(live), ...seen })
    }
    const after = {
      state,
      failure: failure?.message ?? null,
      engine_code: evidence?.engine_code ?? null,
      live_digest: evidence?.live_digest ?? null,
    }
    await recordAudit(tx, call, {
      action: `publication.${state}`,
      subjectType: 'publication',
      subjectId: row.publication_id,
      after,
      at,
    })
    await deps.onEnded(tx, {
      publicationId: row.publication_id,
      workflowId: plan.workflow_id,
      environmentId: plan.environment_id,
      operation: plan.operation,
      state,
      requestedByName: row.requested_by_name,
      failure: failure?.message ?? null,
      isConcurrentEdit: evidence?.is_concurrent_edit ?? false,
    })
  })
}

/** What was put back may carry another number there, and a schedule another id. */
function liveColumns(live: LiveState) {
  const [schedule] = live.schedules
  return {
    engine_version: live.engine_version,
    is_online: live.is_online,
    schedule_id: schedule?.id ?? null,
    is_schedule_online: schedule?.is_online ?? false,
  }
}

/** What the environment holds now, as it was read back. */
function deploymentOf({
  plan,
  evidence,
  row,
  live,
  at,
}: {
  readonly plan: Plan
  readonly evidence: Evidence
  readonly row: PublicationRow
  readonly live: LiveState | null
  readonly at: Date
}): DeploymentChange {
  const { desired } = plan
  const shared = {
    publication_id: row.publication_id,
    as_of: at,
    updated_at: at,
    is_online: evidence.is_online,
    is_schedule_online: evidence.schedule?.is_online ?? false,
    // It was read back just now.
    drift_state: desired.definition === null ? null : 'in_sync',
    drift_seen: null,
    drift_detail: null,
    drift_at: at,
  }
  if (desired.definition === null) {
    return {
      ...shared,
      state: 'removed',
      engine_code: null,
      task_codes: '{}',
      version: null,
      digest: null,
      engine_version: null,
      live_digest: null,
      live_json: null,
      live_schedule: null,
      bound_names: null,
      schedule_id: null,
      wanted_schedule: null,
    }
  }
  return {
    ...shared,
    state: 'deployed',
    engine_code: evidence.engine_code,
    task_codes: writeJson(plan.task_codes),
    version: plan.version,
    digest: plan.version_digest,
    engine_version: evidence.engine_version,
    live_digest: evidence.live_digest,
    live_json: writeJson(desired.definition),
    live_schedule: live?.schedules[0] ? writeJson(live.schedules[0].content) : null,
    // The others send no task, so their names are not all resolved.
    ...(plan.operation === 'deploy' ? { bound_names: writeJson(plan.bound_names) } : {}),
    schedule_id: evidence.schedule?.id ?? null,
    wanted_schedule:
      desired.schedule && evidence.schedule === null ? writeJson(desired.schedule) : null,
  }
}
