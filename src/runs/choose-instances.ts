import type { EngineInstance, EngineTaskInstance } from '../engine/run.ts'
import { listUnconfirmed } from './attempt-store.ts'
import type { Cycle } from './list-changes.ts'
import { listCodesWithTasks } from './place-store.ts'
import { listByInstances, listEndedToSweep, listOpenInstances, type RunRow } from './run-store.ts'

const MAX_OPEN = 500
const SWEEP_ROWS = 200

export interface Choice {
  /** To read one by one, beside those that the list has shown. */
  readonly instanceIds: readonly number[]
  /** Ended runs that this sweep looks for. */
  readonly swept: readonly RunRow[]
}

export async function instancesToRead(
  cycle: Cycle,
  input: {
    readonly listed: ReadonlyMap<number, EngineInstance>
    readonly tasks: readonly EngineTaskInstance[]
  },
): Promise<Choice> {
  const { db, connected } = cycle
  const { environmentId } = connected.environment
  const touched = [...new Set(input.tasks.map((task) => task.instanceId))]
  const known = await listByInstances(db, environmentId, touched)
  // The engine does not say what it purged.
  const swept = cycle.isSweep ? await listEndedToSweep(db, environmentId, SWEEP_ROWS) : []
  const rows = [
    ...(await listOpenInstances(db, environmentId, MAX_OPEN)),
    ...known.filter((row) => isReExecuted(row, input.tasks)),
    ...swept,
  ]
  const wanted = new Set([
    ...rows.flatMap((row) => row.engine_instance_id ?? []),
    ...(await listUnconfirmed(db, environmentId, MAX_OPEN)),
    ...(await unknownOf(cycle, { ...input, known })),
  ])
  return { instanceIds: [...wanted].filter((id) => !input.listed.has(id)), swept }
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

/**
 * Executed again, and so old that it has no row here: only its tasks tell, and whose they are. No
 * limit: definitions may share task codes, so that any number of foreign runs could hide one of ours.
 */
async function unknownOf(
  { db, connected }: Cycle,
  input: {
    readonly listed: ReadonlyMap<number, EngineInstance>
    readonly tasks: readonly EngineTaskInstance[]
    readonly known: readonly RunRow[]
  },
): Promise<readonly number[]> {
  const ids = new Set([...input.listed.keys(), ...input.known.map((row) => row.engine_instance_id)])
  const tasks = input.tasks.filter((task) => !ids.has(task.instanceId))
  const codes = [...new Set(tasks.map((task) => task.taskCode))]
  const ours = await listCodesWithTasks(db, connected.environment.environmentId, codes)
  return tasks.filter((task) => ours.has(task.taskCode)).map((task) => task.instanceId)
}
