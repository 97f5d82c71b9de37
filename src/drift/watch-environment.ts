import { createHash } from 'node:crypto'
import { forOrg, inTx, type Db, type OrgDb } from '../db/database.ts'
import type { DefinitionHead, LiveDefinition, LiveSchedule } from '../engine/definition.ts'
import { isUnreadable } from '../engine/outcome.ts'
import { connectEnvironment, type ConnectDeps } from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { publicMessage, type AppError } from '../lib/errors.ts'
import type { Clock } from '../lib/time.ts'
import { toLiveSchedules } from '../publishing/live-state.ts'
import type { LiveState } from '../publishing/plan.ts'
import { deployedState, documentOf } from '../publishing/deployed-state.ts'
import { compareLive, unreadableDetail } from './compare-live.ts'
import {
  findDeploymentById,
  findWatch,
  listApplying,
  listWatched,
  markUnreachable,
  markWatched,
  saveDrift,
  type WatchedRow,
} from './drift-store.ts'

export interface WatchDeps extends ConnectDeps {
  readonly db: Db
  readonly now: Clock
  readonly callDeadlineMs: number
  /** How often everything is read whole, whatever the lists say. */
  readonly sweepMs: number
}

interface Watch {
  readonly db: OrgDb
  readonly connected: Awaited<ReturnType<typeof connectEnvironment>>
  readonly options: { readonly signal: AbortSignal; readonly deadlineMs: number }
  readonly isSweep: boolean
  readonly heads: ReadonlyMap<string, DefinitionHead>
  readonly schedules: ReadonlyMap<string, readonly LiveSchedule[]>
  readonly at: Date
}

/**
 * One cycle of one environment: the list of definitions and the list of schedules, and the content
 * of those whose list row changed since it was last compared.
 */
export async function watchEnvironment(
  deps: WatchDeps,
  call: Call,
  environmentId: string,
): Promise<void> {
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  try {
    const connected = await connectEnvironment(deps, db, environmentId)
    const { projectCode } = connected.environment
    const options = { signal: call.signal, deadlineMs: deps.callDeadlineMs }
    const applying = await listApplying(db, environmentId)
    const rows = await listWatched(db, environmentId)
    const heads = await connected.engine.listDefinitionHeads(projectCode, options)
    const schedules = await connected.engine.listSchedules(projectCode, options)
    const last = await findWatch(db, environmentId)
    const sweptAt = last?.swept_at?.getTime() ?? 0
    const watch: Watch = {
      db,
      connected,
      options,
      at,
      isSweep: at.getTime() - sweptAt >= deps.sweepMs,
      heads: new Map(heads.map((head) => [head.code, head])),
      schedules: Map.groupBy(schedules, (schedule) => schedule.definitionCode),
    }
    for (const row of rows) {
      if (!applying.has(row.workflow_id)) await watchOne(watch, row)
    }
    const managed = new Set(rows.map((row) => row.engine_code))
    const unmanaged = heads
      .filter((head) => !managed.has(head.code))
      .map(({ code, name }) => ({ engine_code: code, name }))
    await inTx(db, (tx) =>
      markWatched(tx, environmentId, { at, isSweep: watch.isSweep, unmanaged }),
    )
  } catch (error) {
    // Shutting down says nothing about the engine.
    if (call.signal.aborted) throw error
    const message = publicMessage(error)
    await inTx(db, (tx) => markUnreachable(tx, environmentId, { at, message }))
    throw error
  }
}

async function watchOne(watch: Watch, row: WatchedRow): Promise<void> {
  const { db, at, heads } = watch
  const head = heads.get(row.engine_code ?? '')
  if (!head) return watchMissing(watch, row)
  const own = watch.schedules.get(head.code) ?? []
  const seen = signatureOf(row, head, own)
  if (!watch.isSweep && row.drift_seen === seen) return
  const found = await findOrUnreadable(watch, head.code)
  if (isUnreadable(found)) return noteUnreadable(watch, row, { head, why: found })
  if (!found) return watchMissing(watch, row)
  const { engine, environment, compiler } = watch.connected
  const deployed = await deployedState(db, environment, {
    row: await findDeploymentById(db, row.deployment_id),
    narrow: { compiler, now: found.definition },
  })
  if (!deployed) return
  const now: LiveState = {
    code: found.code,
    engine_version: found.version,
    is_online: found.isOnline,
    definition: found.definition,
    schedules: toLiveSchedules(own, engine.family),
  }
  const detail = compareLive({
    before: deployed.live,
    now,
    head,
    names: deployed.bindings,
    toDocument: (live) => documentOf(watch.connected, deployed, live),
  })
  await inTx(db, (tx) =>
    saveDrift(tx, row, { state: detail ? 'drifted' : 'in_sync', seen, detail, at }),
  )
}

/** The list did not show it: only the engine's own "not found" makes it missing. */
async function watchMissing(watch: Watch, row: WatchedRow): Promise<void> {
  if (row.drift_state === 'missing' && !watch.isSweep) return
  if (await findOrUnreadable(watch, row.engine_code ?? '')) return
  await inTx(watch.db, (tx) =>
    saveDrift(tx, row, { state: 'missing', seen: null, detail: null, at: watch.at }),
  )
}

/** What cannot be read is there all the same, and keeps nobody from the next definition. */
async function findOrUnreadable(
  { connected, options }: Watch,
  code: string,
): Promise<LiveDefinition | AppError | null> {
  const { projectCode } = connected.environment
  try {
    return await connected.engine.findDefinition({ projectCode, code }, options)
  } catch (error) {
    if (isUnreadable(error)) return error
    throw error
  }
}

/** `seen` stays empty, so that every cycle looks again until it can be read. */
async function noteUnreadable(
  { db, at }: Watch,
  row: WatchedRow,
  { head, why }: { readonly head: DefinitionHead; readonly why: AppError },
): Promise<void> {
  const detail = unreadableDetail(head, why)
  await inTx(db, (tx) => saveDrift(tx, row, { state: 'drifted', seen: null, detail, at }))
}

/** What the lists say of a definition: while it stays the same, its content needs no look. */
function signatureOf(
  row: WatchedRow,
  head: DefinitionHead,
  schedules: readonly LiveSchedule[],
): string {
  const facts = [row.updated_at.getTime(), head.version, head.isOnline, schedules]
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}
