import { forOrg, inTx, type Db } from '../db/database.ts'
import type { EngineInstance, EngineTaskInstance } from '../engine/run.ts'
import { connectEnvironment, type ConnectDeps } from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { addMs, type Clock } from '../lib/time.ts'
import { applyOne } from './apply-one.ts'
import { listUnconfirmed } from './attempt-store.ts'
import { instancesToRead } from './choose-instances.ts'
import { isUnchanged, listChangedInstances, listStartedTasks, type Cycle } from './list-changes.ts'
import { listByCodes, listByWorkflows, type Place } from './place-store.ts'
import { listByInstances, markSeen, updateRun, type RunRow } from './run-store.ts'
import { findSync, markSynced, markSyncFailed } from './sync-store.ts'

export interface SyncDeps extends ConnectDeps {
  readonly db: Db
  readonly now: Clock
  readonly callDeadlineMs: number
  /** How often a cycle looks further back and for what the engine has purged. */
  readonly sweepMs: number
}

/** Engine clocks, late rows, and a cycle that died: each cycle looks this much further back. */
const OVERLAP_MS = 120_000
const FIRST_LOOK_MS = 24 * 3_600_000
const SWEEP_LOOK_MS = 6 * 3_600_000
const AHEAD_MS = 3_600_000
const MAX_UNCONFIRMED = 500

/**
 * One cycle of one environment: newest instances of the project, the open ones, and the project's
 * task instances, which reveal executions of old instances. Its calls follow what changed.
 */
export async function syncEnvironment(
  deps: SyncDeps,
  call: Call,
  environmentId: string,
): Promise<void> {
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  try {
    const connected = await connectEnvironment(deps, db, environmentId)
    const sync = await findSync(db, environmentId)
    const isSweep = sync?.swept_at == null || at.getTime() - sync.swept_at.getTime() >= deps.sweepMs
    const engineNow = addMs(at, connected.skewMs)
    const since = addMs(sync?.instances_since ?? addMs(engineNow, -FIRST_LOOK_MS), -OVERLAP_MS)
    const to = addMs(engineNow, AHEAD_MS)
    const swept = addMs(engineNow, -SWEEP_LOOK_MS)
    const seenUntil = await runCycle({
      db,
      connected,
      at,
      isSweep,
      options: { signal: call.signal, deadlineMs: deps.callDeadlineMs },
      window: { from: isSweep && swept < since ? swept : since, to },
      tasksWindow: { from: since, to },
    })
    const next = seenUntil !== null && seenUntil < engineNow ? seenUntil : engineNow
    await inTx(db, (tx) => markSynced(tx, environmentId, { asOf: at, since: next, isSweep }))
  } catch (error) {
    // Shutting down says nothing about the engine.
    if (call.signal.aborted) throw error
    const message = error instanceof Error ? error.message : 'unknown'
    await inTx(db, (tx) => markSyncFailed(tx, environmentId, { message, at: deps.now() }))
    throw error
  }
}

/** Answers where the next cycle has to begin again; null: everything was seen. */
async function runCycle(cycle: Cycle): Promise<Date | null> {
  const listed = await listChangedInstances(cycle)
  const tasks = await listStartedTasks(cycle)
  const known = new Map<number, EngineInstance>(listed.map((instance) => [instance.id, instance]))
  const { instanceIds, swept } = await instancesToRead(cycle, { listed: known, tasks })
  for (const instanceId of instanceIds) await readOne(cycle, instanceId, known)
  const stillThere = swept
    .filter((row) => row.engine_instance_id !== null && known.has(row.engine_instance_id))
    .map((row) => row.run_id)
  await inTx(cycle.db, (tx) => markSeen(tx, stillThere, cycle.at))
  return applyAll(cycle, known, tasks)
}

/** Only the engine's own "not found" says that it purged a run. */
async function readOne(
  { connected, db, options, at }: Cycle,
  instanceId: number,
  known: Map<number, EngineInstance>,
): Promise<void> {
  const { engine, environment } = connected
  const instance = await engine.findInstance(
    { projectCode: environment.projectCode, instanceId },
    options,
  )
  if (instance) {
    known.set(instanceId, instance)
    return
  }
  const [row] = await listByInstances(db, environment.environmentId, [instanceId])
  if (row)
    await inTx(db, (tx) =>
      updateRun(tx, row.run_id, {
        engine_gone_at: at,
        is_final: true,
        // How a run went that was purged before its end is nobody's knowledge.
        ...(row.is_final ? {} : { state: 'unknown' }),
        updated_at: at,
      }),
    )
}

/** The start of the oldest instance that could not be taken in yet; null: there was none. */
async function applyAll(
  cycle: Cycle,
  known: ReadonlyMap<number, EngineInstance>,
  tasks: readonly EngineTaskInstance[],
): Promise<Date | null> {
  const { environmentId } = cycle.connected.environment
  const instances = [...known.values()].sort((a, b) => a.id - b.id)
  const rows = new Map(
    (await listByInstances(cycle.db, environmentId, [...known.keys()])).map((row) => [
      row.engine_instance_id,
      row,
    ]),
  )
  const deploymentOf = await placesOf(cycle, instances, [...rows.values()])
  const unconfirmed = new Set(await listUnconfirmed(cycle.db, environmentId, MAX_UNCONFIRMED))
  let oldest: Date | null = null
  for (const instance of instances) {
    const row = rows.get(instance.id)
    const deployment = deploymentOf(instance, row)
    if (!deployment || (isUnchanged(row, instance) && !unconfirmed.has(instance.id))) continue
    const isTaken = await applyOne(cycle, { instance, deployment, row, tasks })
    const { startedAt } = instance
    if (!isTaken && startedAt && (oldest === null || startedAt < oldest)) oldest = startedAt
  }
  return oldest
}

type DeploymentOf = (instance: EngineInstance, row: RunRow | undefined) => Place | undefined

async function placesOf(
  { db, connected }: Cycle,
  instances: readonly EngineInstance[],
  rows: readonly RunRow[],
): Promise<DeploymentOf> {
  const { environmentId } = connected.environment
  const codes = [...new Set(instances.map((instance) => instance.definitionCode))]
  const byCode = new Map(
    (await listByCodes(db, environmentId, codes)).map((row) => [row.engine_code, row]),
  )
  // A run goes on when its workflow is undeployed, or deployed anew under another code.
  const left = rows.filter((row) => !byCode.has(row.engine_code))
  const workflowIds = [...new Set(left.map((row) => row.workflow_id))]
  const byWorkflow = new Map(
    (await listByWorkflows(db, environmentId, workflowIds)).map((row) => [row.workflow_id, row]),
  )
  return (instance, row) =>
    byCode.get(instance.definitionCode) ?? byWorkflow.get(row?.workflow_id ?? '')
}
