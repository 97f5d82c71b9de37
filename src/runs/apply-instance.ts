import { z } from 'zod'
import { inTx, type OrgDb, type OrgTx } from '../db/database.ts'
import { readJson } from '../db/json-column.ts'
import { isDuplicate } from '../db/mysql-errors.ts'
import type { EngineInstance, EngineTaskInstance } from '../engine/run.ts'
import { newId } from '../lib/ids.ts'
import { confirmEarlier, deleteUnconfirmed, recordFinalLook } from './attempt-store.ts'
import { saveNodeRuns } from './node-run-store.ts'
import type { Place } from './place-store.ts'
import { durationMs } from './run.ts'
import { insertRun, listByInstances, lockRun, updateRun, type RunRow } from './run-store.ts'

export interface Seen {
  readonly instance: EngineInstance
  readonly deployment: Place
  /** Ours, by what its start carried; null: somebody else started it. */
  readonly runId: string | null
  /** Our version of what it ran; null: not known. */
  readonly version: number | null
  readonly tasks: readonly EngineTaskInstance[]
  /** Of this cycle. */
  readonly at: Date
}

const Codes = z.record(z.string(), z.string())

/** Task code → key of a deployment. */
export function keysOf(deployment: Place): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(readJson(Codes, deployment.task_codes)).map(([key, code]) => [code, key]),
  )
}

/** Makes the cache say what the engine says of one instance. Doing it twice is doing it once. */
export async function applyInstance(db: OrgDb, seen: Seen): Promise<void> {
  try {
    await applyOnce(db, seen)
  } catch (error) {
    // Another replica made the row meanwhile.
    if (!isDuplicate(error, 'workflow_instance_cache_engine')) throw error
    await applyOnce(db, seen)
  }
}

async function applyOnce(db: OrgDb, seen: Seen): Promise<void> {
  await inTx(db, async (tx) => {
    const row = await rowOf(tx, seen)
    await updateRun(tx, row.run_id, changeOf(row, seen))
    await recordAttempt(tx, row, seen)
    await saveNodeRuns(
      tx,
      {
        runId: row.run_id,
        environmentId: row.environment_id,
        keys: keysOf(seen.deployment),
        at: seen.at,
      },
      seen.tasks,
    )
  })
}

async function rowOf(tx: OrgTx, { instance, deployment, runId, at }: Seen): Promise<RunRow> {
  const [known] = await listByInstances(tx, deployment.environment_id, [instance.id])
  if (known) return lockRun(tx, known.run_id)
  const own = runId === null ? null : await lockRun(tx, runId)
  if (own && own.engine_instance_id === null) return own
  const id = newId('run')
  await insertRun(tx, {
    run_id: id,
    workflow_id: deployment.workflow_id,
    environment_id: deployment.environment_id,
    engine_instance_id: instance.id,
    engine_code: instance.definitionCode,
    state: instance.state,
    is_final: false,
    trigger_type: instance.trigger,
    attempt: instance.attempt,
    params: '{}',
    sort_at: instance.startedAt ?? instance.scheduledFor ?? at,
    created_at: at,
    updated_at: at,
  })
  return lockRun(tx, id)
}

function changeOf(row: RunRow, { instance, version, at }: Seen) {
  // 3.1 and 3.2 overwrite the start on a rerun: the first one is kept here.
  const startedAt = row.started_at ?? instance.startedAt
  const began = instance.restartedAt ?? instance.startedAt
  return {
    engine_instance_id: instance.id,
    engine_version: instance.definitionVersion,
    // What was asked for may have been published over before it was sent.
    version: version ?? row.version,
    state: instance.state,
    engine_state: instance.engineState,
    is_final: instance.isFinal,
    attempt: instance.attempt,
    scheduled_for: instance.scheduledFor,
    started_at: startedAt,
    restarted_at: instance.restartedAt,
    ended_at: instance.endedAt,
    duration_ms: durationMs(began, instance.endedAt),
    host: instance.host,
    name: instance.name,
    start_error: null,
    next_attempt_at: null,
    lease_owner: null,
    lease_until: null,
    engine_gone_at: null,
    as_of: at,
    updated_at: at,
  }
}

async function recordAttempt(
  tx: OrgTx,
  row: RunRow,
  { instance, deployment, at }: Seen,
): Promise<void> {
  const { attempt } = instance
  await confirmEarlier(tx, { runId: row.run_id, before: attempt, at })
  if (!instance.isFinal) return deleteUnconfirmed(tx, row.run_id, attempt)
  await recordFinalLook(tx, {
    runId: row.run_id,
    attempt,
    workflowId: deployment.workflow_id,
    environmentId: deployment.environment_id,
    state: instance.state,
    startedAt: instance.restartedAt ?? instance.startedAt ?? at,
    endedAt: instance.endedAt,
    at,
  })
}
