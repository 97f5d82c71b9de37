import { forOrg, inTx, type Db } from '../db/database.ts'
import type { Row } from '../db/tables.ts'
import type { EngineInstance, EngineTaskInstance } from '../engine/run.ts'
import { connectEnvironment, type ConnectDeps } from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { addMs, type Clock } from '../lib/time.ts'
import { applyInstance } from './apply-instance.ts'
import { listUnconfirmed } from './attempt-store.ts'
import { instancesToRead } from './choose-instances.ts'
import { isUnchanged, listChangedInstances, listStartedTasks, type Cycle } from './list-changes.ts'
import { ownerOf, type Owner } from './own-instance.ts'
import { listByCodes, listByWorkflows } from './place-store.ts'
import { listByInstances, updateRun, type RunRow } from './run-store.ts'
import { findSync, markSynced, markSyncFailed } from './sync-store.ts'
import { versionOf } from './version-store.ts'

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
    const seenUntil = await runCycle(
      {
        db,
        connected,
        at,
        isSweep,
        options: { signal: call.signal, deadlineMs: deps.callDeadlineMs },
        window: { from: isSweep && swept < since ? swept : since, to },
        tasksWindow: { from: since, to },
      },
      deps.sweepMs,
    )
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
async function runCycle(cycle: Cycle, sweepMs: number): Promise<Date | null> {
  const listed = await listChangedInstances(cycle)
  const tasks = await listStartedTasks(cycle)
  const known = new Map<number, EngineInstance>(listed.map((instance) => [instance.id, instance]))
  for (const instanceId of await instancesToRead(cycle, { listed: known, tasks, sweepMs }))
    await readOne(cycle, instanceId, known)
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

type DeploymentOf = (
  instance: EngineInstance,
  row: RunRow | undefined,
) => Row<'workflow_deployment'> | undefined

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

interface One {
  readonly instance: EngineInstance
  readonly deployment: Row<'workflow_deployment'>
  readonly row: RunRow | undefined
  readonly tasks: readonly EngineTaskInstance[]
}

/** False: it may be ours, and has to be looked at again. */
async function applyOne(cycle: Cycle, { instance, deployment, row, tasks }: One): Promise<boolean> {
  const { db, connected, options, at, tasksWindow } = cycle
  const { engine, environment } = connected
  const ref = { projectCode: environment.projectCode, instanceId: instance.id }
  const owner: Owner = row ? { kind: 'known', runId: row.run_id } : await ownerOf(cycle, instance)
  if (owner.kind === 'later') return false
  const isEnd = instance.isFinal && (!row?.is_final || row.attempt !== instance.attempt)
  // The list knows tasks by their start: it has all of a success that began after the last cycle.
  const began = instance.restartedAt ?? instance.startedAt
  const isListed = instance.state === 'success' && began !== null && began >= tasksWindow.from
  const own =
    isEnd && !isListed
      ? await engine.listTasksOfInstance(ref, options)
      : tasks.filter((task) => task.instanceId === instance.id)
  const isSameVersion = row?.engine_version === instance.definitionVersion && row.version !== null
  const version = isSameVersion
    ? row.version
    : await versionOf(db, deployment, instance.definitionVersion)
  await applyInstance(db, { instance, deployment, runId: owner.runId, version, tasks: own, at })
  return true
}
