import type { OrgReader, OrgTx } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { EngineTaskInstance } from '../engine/run.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'

export interface NodeRunPlace {
  readonly runId: string
  readonly environmentId: string
  /** Task code → the document's key. */
  readonly keys: ReadonlyMap<string, string>
  readonly at: Date
}

/** What the engine says of a run's tasks; a row is updated, never made anew. */
export async function saveNodeRuns(
  tx: OrgTx,
  place: NodeRunPlace,
  tasks: readonly EngineTaskInstance[],
): Promise<void> {
  for (const task of tasks) {
    const key = place.keys.get(task.taskCode)
    const facts = {
      task_code: task.taskCode,
      name: task.name,
      type: task.type,
      state: task.state,
      engine_state: task.engineState,
      is_final: task.isFinal,
      retry_times: task.retryTimes,
      submitted_at: task.submittedAt,
      started_at: task.startedAt,
      ended_at: task.endedAt,
      host: task.host,
      outputs: writeJson(task.outputs),
      as_of: place.at,
    }
    await tx.q
      .insertInto('task_instance_cache')
      .values({
        org_id: tx.orgId,
        node_run_id: newId('nod'),
        run_id: place.runId,
        environment_id: place.environmentId,
        engine_task_instance_id: task.id,
        task_key: key ?? null,
        ...facts,
      })
      // A key that was known stays when the task leaves the deployment.
      .onDuplicateKeyUpdate(key === undefined ? facts : { ...facts, task_key: key })
      .execute()
  }
}

export async function listNodeRuns(
  at: OrgReader,
  runId: string,
): Promise<readonly Row<'task_instance_cache'>[]> {
  return at.q
    .selectFrom('task_instance_cache')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('run_id', '=', runId)
    .orderBy('engine_task_instance_id')
    .execute()
}

export async function getNodeRun(
  at: OrgReader,
  nodeRunId: string,
): Promise<Row<'task_instance_cache'>> {
  const row = await at.q
    .selectFrom('task_instance_cache')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('node_run_id', '=', nodeRunId)
    .executeTakeFirst()
  if (!row) throw new AppError('not_found', 'run.not_found', `no node run "${nodeRunId}"`)
  return row
}
