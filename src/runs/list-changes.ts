import type { OrgDb } from '../db/database.ts'
import type { CallOptions } from '../engine/engine.ts'
import type { EngineInstance, EngineTaskInstance, TimeWindow } from '../engine/run.ts'
import type { ConnectedEnvironment } from '../environments/connect-environment.ts'
import { listByInstances, type RunRow } from './run-store.ts'

export interface Cycle {
  readonly db: OrgDb
  readonly connected: ConnectedEnvironment
  readonly options: CallOptions
  /** Of instances; a sweep looks further back than other cycles do. */
  readonly window: TimeWindow
  /** Of task instances: since the last cycle. */
  readonly tasksWindow: TimeWindow
  readonly isSweep: boolean
  readonly at: Date
}

const PAGE_SIZE = 100

/** Pages of the window, newest first, until one brings nothing new; a sweep reads all of them. */
export async function listChangedInstances({
  connected,
  db,
  options,
  window,
  isSweep,
}: Cycle): Promise<readonly EngineInstance[]> {
  const { engine, environment } = connected
  const { projectCode, environmentId } = environment
  const found: EngineInstance[] = []
  for (let page = 1; ; page++) {
    const { items, total } = await engine.listInstances(
      { projectCode, window, page, pageSize: PAGE_SIZE },
      options,
    )
    found.push(...items)
    if (items.length === 0 || found.length >= total) return found
    if (!isSweep && (await isAllKnown(db, environmentId, items))) return found
  }
}

async function isAllKnown(
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

export function isUnchanged(row: RunRow | undefined, instance: EngineInstance): boolean {
  return (
    row !== undefined &&
    Boolean(row.is_final) &&
    instance.isFinal &&
    row.engine_state === instance.engineState &&
    row.attempt === instance.attempt
  )
}

/** Everything that began to run in the project since the last cycle. */
export async function listStartedTasks({
  connected,
  options,
  tasksWindow: window,
}: Cycle): Promise<readonly EngineTaskInstance[]> {
  const { engine, environment } = connected
  const found = new Map<number, EngineTaskInstance>()
  for (let page = 1, read = 0; ; page++) {
    const { items, total } = await engine.listTaskInstances(
      { projectCode: environment.projectCode, window, page, pageSize: PAGE_SIZE },
      options,
    )
    for (const item of items) found.set(item.id, item)
    read += items.length
    if (items.length === 0 || read >= total) return [...found.values()]
  }
}
