import { sql } from 'kysely'
import type { OrgReader, OrgTx } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'
import type { EngineTaskInstance } from '../engine/run.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'

/** Of one insert. */
const ROWS = 200

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
  for (let from = 0; from < tasks.length; from += ROWS) {
    const rows = tasks.slice(from, from + ROWS).map((task) => ({
      org_id: tx.orgId,
      node_run_id: newId('nod'),
      run_id: place.runId,
      environment_id: place.environmentId,
      engine_task_instance_id: task.id,
      task_code: task.taskCode,
      task_key: place.keys.get(task.taskCode) ?? null,
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
    }))
    await tx.q
      .insertInto('task_instance_cache')
      .values(rows)
      .onDuplicateKeyUpdate({
        // A key that was known stays when the task leaves the deployment.
        task_key: sql`COALESCE(VALUES(task_key), task_key)`,
        name: sql`VALUES(name)`,
        type: sql`VALUES(type)`,
        state: sql`VALUES(state)`,
        engine_state: sql`VALUES(engine_state)`,
        is_final: sql`VALUES(is_final)`,
        retry_times: sql`VALUES(retry_times)`,
        submitted_at: sql`VALUES(submitted_at)`,
        started_at: sql`VALUES(started_at)`,
        ended_at: sql`VALUES(ended_at)`,
        host: sql`VALUES(host)`,
        outputs: sql`VALUES(outputs)`,
        as_of: sql`VALUES(as_of)`,
      })
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

/** The engine's ids of a run's tasks that were not over when last seen. */
export async function listOpenNodeRuns(at: OrgReader, runId: string): Promise<readonly number[]> {
  const rows = await at.q
    .selectFrom('task_instance_cache')
    .select('engine_task_instance_id')
    .where('org_id', '=', at.orgId)
    .where('run_id', '=', runId)
    .where('is_final', '=', 0)
    .execute()
  return rows.map((row) => row.engine_task_instance_id)
}
