import { forOrg, inTx, type Db, type OrgDb } from '../db/database.ts'
import type { Row } from '../db/tables.ts'
import type { CallOptions } from '../engine/engine.ts'
import type { EngineInstance, EngineTaskInstance, TimeWindow } from '../engine/run.ts'
import {
  connectEnvironment,
  type ConnectDeps,
  type ConnectedEnvironment,
} from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { addMs, type Clock } from '../lib/time.ts'
import { applyInstance } from './apply-instance.ts'
import { listUnconfirmed } from './attempt-store.ts'
import { listByCodes, listByWorkflows } from './place-store.ts'
import { PARAM } from './run.ts'
import {
  findUnbound,
  listByInstances,
  listOpenInstances,
  updateRun,
  type RunRow,
} from './run-store.ts'
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
const SWEEP_LOOK_MS = 48 * 3_600_000
const AHEAD_MS = 3_600_000
const PAGE_SIZE = 100
const MAX_OPEN = 500

interface Cycle {
  readonly db: OrgDb
  readonly connected: ConnectedEnvironment
  readonly options: CallOptions
  readonly window: TimeWindow
  readonly at: Date
}

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
    const since = sync?.instances_since ?? addMs(engineNow, -FIRST_LOOK_MS)
    const from =
      isSweep && sync !== null ? addMs(engineNow, -SWEEP_LOOK_MS) : addMs(since, -OVERLAP_MS)
    const cycle = {
      db,
      connected,
      at,
      options: { signal: call.signal, deadlineMs: deps.callDeadlineMs },
      window: { from, to: addMs(engineNow, AHEAD_MS) },
    }
    await runCycle(cycle)
    await inTx(db, (tx) => markSynced(tx, environmentId, { asOf: at, since: engineNow, isSweep }))
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unknown'
    await inTx(db, (tx) => markSyncFailed(tx, environmentId, { message, at: deps.now() }))
    throw error
  }
}

async function runCycle(cycle: Cycle): Promise<void> {
  const listed = await readInstances(cycle)
  const tasks = await readTasks(cycle)
  const known = new Map<number, EngineInstance>(listed.map((instance) => [instance.id, instance]))
  const touched = [...new Set(tasks.map((task) => task.instanceId))]
  const { environmentId } = cycle.connected.environment
  const open = await listOpenInstances(cycle.db, environmentId, MAX_OPEN)
  const reExecuted = (await listByInstances(cycle.db, environmentId, touched)).filter((row) =>
    isReExecuted(row, tasks),
  )
  const unconfirmed = await listUnconfirmed(cycle.db, environmentId, MAX_OPEN)
  const wanted = new Set([
    ...[...open, ...reExecuted].flatMap((row) => row.engine_instance_id ?? []),
    ...unconfirmed,
  ])
  for (const instanceId of wanted)
    if (!known.has(instanceId)) await readOne(cycle, instanceId, known)
  await applyAll(cycle, known, tasks)
}

/** Pages of the window, newest first, until one brings nothing new. */
async function readInstances({
  connected,
  db,
  options,
  window,
}: Cycle): Promise<readonly EngineInstance[]> {
  const { engine, environment } = connected
  const found: EngineInstance[] = []
  for (let page = 1; ; page++) {
    const { items, total } = await engine.listInstances(
      { projectCode: environment.projectCode, window, page, pageSize: PAGE_SIZE },
      options,
    )
    found.push(...items)
    if (
      items.length === 0 ||
      found.length >= total ||
      (await isAllSettled(db, environment.environmentId, items))
    )
      return found
  }
}

async function isAllSettled(
  db: OrgDb,
  environmentId: string,
  items: readonly EngineInstance[],
): Promise<boolean> {
  const rows = await listByInstances(
    db,
    environmentId,
    items.map((item) => item.id),
  )
  const byId = new Map(rows.map((row) => [row.engine_instance_id, row]))
  return items.every((item) => isUnchanged(byId.get(item.id), item))
}

function isUnchanged(row: RunRow | undefined, instance: EngineInstance): boolean {
  return (
    row !== undefined &&
    Boolean(row.is_final) &&
    instance.isFinal &&
    row.engine_state === instance.engineState &&
    row.attempt === instance.attempt
  )
}

async function readTasks({
  connected,
  options,
  window,
}: Cycle): Promise<readonly EngineTaskInstance[]> {
  const { engine, environment } = connected
  const found: EngineTaskInstance[] = []
  for (let page = 1; ; page++) {
    const { items, total } = await engine.listTaskInstances(
      { projectCode: environment.projectCode, window, page, pageSize: PAGE_SIZE },
      options,
    )
    found.push(...items)
    if (items.length === 0 || found.length >= total) return found
  }
}

/** A task that began after the run had ended: somebody executed it again. */
function isReExecuted(row: RunRow, tasks: readonly EngineTaskInstance[]): boolean {
  const { ended_at: endedAt } = row
  if (!row.is_final || endedAt === null) return false
  return tasks.some(
    (task) =>
      task.instanceId === row.engine_instance_id &&
      (task.submittedAt ?? task.startedAt ?? endedAt) > endedAt,
  )
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
      updateRun(tx, row.run_id, { engine_gone_at: at, is_final: true, updated_at: at }),
    )
}

async function applyAll(
  cycle: Cycle,
  known: ReadonlyMap<number, EngineInstance>,
  tasks: readonly EngineTaskInstance[],
): Promise<void> {
  const { environmentId } = cycle.connected.environment
  const instances = [...known.values()].sort((a, b) => a.id - b.id)
  const codes = [...new Set(instances.map((instance) => instance.definitionCode))]
  const deployments = new Map(
    (await listByCodes(cycle.db, environmentId, codes)).map((row) => [row.engine_code, row]),
  )
  const rows = new Map(
    (await listByInstances(cycle.db, environmentId, [...known.keys()])).map((row) => [
      row.engine_instance_id,
      row,
    ]),
  )
  // A run goes on when its workflow is undeployed, or deployed anew under another code.
  const left = [...rows.values()].filter((row) => !deployments.has(row.engine_code))
  const workflowIds = [...new Set(left.map((row) => row.workflow_id))]
  const byWorkflow = new Map(
    (await listByWorkflows(cycle.db, environmentId, workflowIds)).map((row) => [
      row.workflow_id,
      row,
    ]),
  )
  const unconfirmed = new Set(await listUnconfirmed(cycle.db, environmentId, MAX_OPEN))
  for (const instance of instances) {
    const row = rows.get(instance.id)
    const deployment =
      deployments.get(instance.definitionCode) ?? byWorkflow.get(row?.workflow_id ?? '')
    if (!deployment || (isUnchanged(row, instance) && !unconfirmed.has(instance.id))) continue
    await applyOne(cycle, { instance, deployment, row, tasks })
  }
}

interface One {
  readonly instance: EngineInstance
  readonly deployment: Row<'workflow_deployment'>
  readonly row: RunRow | undefined
  readonly tasks: readonly EngineTaskInstance[]
}

async function applyOne(cycle: Cycle, { instance, deployment, row, tasks }: One): Promise<void> {
  const { db, connected, options, at } = cycle
  const { engine, environment } = connected
  const ref = { projectCode: environment.projectCode, instanceId: instance.id }
  const owner: Owner = row ? { kind: 'known', runId: row.run_id } : await ownerOf(cycle, instance)
  if (owner.kind === 'later') return
  // The list knows tasks by their start; an end is only complete in the instance's own list.
  const isEnd = instance.isFinal && (!row?.is_final || row.attempt !== instance.attempt)
  const own = isEnd
    ? await engine.listTasksOfInstance(ref, options)
    : tasks.filter((task) => task.instanceId === instance.id)
  const version = row?.version ?? (await versionOf(db, deployment, instance.definitionVersion))
  await applyInstance(db, { instance, deployment, runId: owner.runId, version, tasks: own, at })
}

type Owner = { readonly kind: 'later' } | { readonly kind: 'known'; readonly runId: string | null }

/**
 * Whose a new instance is: one more look at what it was started with, for those that a person or
 * we started. `later`: 3.4 does not say it yet while the instance waits.
 */
async function ownerOf(
  { db, connected, options }: Cycle,
  instance: EngineInstance,
): Promise<Owner> {
  if (instance.trigger === 'schedule') return { kind: 'known', runId: null }
  const { engine, environment } = connected
  const ref = { projectCode: environment.projectCode, instanceId: instance.id }
  const runId = (await engine.findInstance(ref, options))?.startParams[PARAM.runId]
  if (runId === undefined)
    return instance.state === 'queued' ? { kind: 'later' } : { kind: 'known', runId: null }
  return { kind: 'known', runId: await findUnbound(db, environment.environmentId, runId) }
}
