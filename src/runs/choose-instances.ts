import type { EngineInstance, EngineTaskInstance } from '../engine/run.ts'
import { listUnconfirmed } from './attempt-store.ts'
import type { Cycle } from './list-changes.ts'
import { listCodesWithTasks } from './place-store.ts'
import {
  countEnded,
  listByInstances,
  listEndedShare,
  listOpenInstances,
  type RunRow,
} from './run-store.ts'

const MAX_OPEN = 500
const MAX_UNKNOWN = 50
const SWEEP_ROWS = 200

/** Instances to read one by one, beside those that the list has shown. */
export async function instancesToRead(
  cycle: Cycle,
  input: {
    readonly listed: ReadonlyMap<number, EngineInstance>
    readonly tasks: readonly EngineTaskInstance[]
    readonly sweepMs: number
  },
): Promise<readonly number[]> {
  const { db, connected, at } = cycle
  const { environmentId } = connected.environment
  const touched = [...new Set(input.tasks.map((task) => task.instanceId))]
  const known = await listByInstances(db, environmentId, touched)
  const rows = [
    ...(await listOpenInstances(db, environmentId, MAX_OPEN)),
    ...known.filter((row) => isReExecuted(row, input.tasks)),
    ...(cycle.isSweep ? await sweptRows(cycle, at.getTime() / input.sweepMs) : []),
  ]
  const wanted = new Set([
    ...rows.flatMap((row) => row.engine_instance_id ?? []),
    ...(await listUnconfirmed(db, environmentId, MAX_OPEN)),
    ...(await unknownOf(cycle, { ...input, known })),
  ])
  return [...wanted].filter((id) => !input.listed.has(id))
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

/** Executed again, and so old that it has no row here: only its tasks tell, and whose they are. */
async function unknownOf(
  { db, connected }: Cycle,
  input: {
    readonly listed: ReadonlyMap<number, EngineInstance>
    readonly tasks: readonly EngineTaskInstance[]
    readonly known: readonly RunRow[]
  },
): Promise<readonly number[]> {
  const ids = new Set([...input.listed.keys(), ...input.known.map((row) => row.engine_instance_id)])
  const tasks = input.tasks.filter((task) => !ids.has(task.instanceId)).slice(0, MAX_UNKNOWN)
  const codes = [...new Set(tasks.map((task) => task.taskCode))]
  const ours = await listCodesWithTasks(db, connected.environment.environmentId, codes)
  return [
    ...new Set(tasks.filter((task) => ours.has(task.taskCode)).map((task) => task.instanceId)),
  ]
}

/**
 * The engine does not say what it purged, so each sweep looks for some of the ended runs, another
 * share of them every time.
 */
async function sweptRows({ db, connected }: Cycle, turn: number): Promise<readonly RunRow[]> {
  const { environmentId } = connected.environment
  const shares = Math.max(1, Math.ceil((await countEnded(db, environmentId)) / SWEEP_ROWS))
  return listEndedShare(db, environmentId, { share: Math.floor(turn) % shares, shares })
}
