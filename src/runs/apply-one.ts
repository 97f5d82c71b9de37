import type { EngineInstance, EngineTaskInstance } from '../engine/run.ts'
import { applyInstance } from './apply-instance.ts'
import type { Cycle } from './list-changes.ts'
import { listOpenNodeRuns } from './node-run-store.ts'
import { ownerOf, type Owner } from './own-instance.ts'
import type { Place } from './place-store.ts'
import type { RunRow } from './run-store.ts'
import { versionOf } from './version-store.ts'

export interface One {
  readonly instance: EngineInstance
  readonly deployment: Place
  readonly row: RunRow | undefined
  /** Of the whole project, since the last cycle. */
  readonly tasks: readonly EngineTaskInstance[]
}

/** Takes one instance in. False: it may be ours, and has to be looked at again. */
export async function applyOne(cycle: Cycle, one: One): Promise<boolean> {
  const { instance, deployment, row } = one
  const { db, at } = cycle
  const owner: Owner = row ? { kind: 'known', runId: row.run_id } : await ownerOf(cycle, instance)
  if (owner.kind === 'later') return false
  const tasks = await tasksOf(cycle, one)
  const isSameVersion = row?.engine_version === instance.definitionVersion && row.version !== null
  const version = isSameVersion
    ? row.version
    : await versionOf(db, deployment, instance.definitionVersion)
  await applyInstance(db, { instance, deployment, runId: owner.runId, version, tasks, at })
  return true
}

/** From the project's list, or where that cannot have all that changed, asked for by themselves. */
async function tasksOf(cycle: Cycle, one: One): Promise<readonly EngineTaskInstance[]> {
  const { connected, options } = cycle
  const listed = one.tasks.filter((task) => task.instanceId === one.instance.id)
  if (await isAllListed(cycle, one, listed)) return listed
  const { projectCode } = connected.environment
  return connected.engine.listTasksOfInstance({ projectCode, instanceId: one.instance.id }, options)
}

/** The list knows tasks by their start: of a run that began before the last cycle it has only some. */
async function isAllListed(
  { db, tasksWindow }: Cycle,
  { instance, row }: One,
  listed: readonly EngineTaskInstance[],
): Promise<boolean> {
  const began = instance.restartedAt ?? instance.startedAt
  const isRecent = began !== null && began >= tasksWindow.from
  if (instance.isFinal) {
    const isEnd = !row?.is_final || row.attempt !== instance.attempt
    return !isEnd || (instance.state === 'success' && isRecent)
  }
  if (!row) return began === null || isRecent
  const open = await listOpenNodeRuns(db, row.run_id)
  return open.every((id) => listed.some((task) => task.id === id))
}
