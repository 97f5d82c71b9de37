import { forOrg, type Db } from '../db/database.ts'
import type { FailureDetail } from '../alerts/prepare-alert.ts'
import type { Row } from '../db/tables.ts'
import { isRefusal } from '../engine/outcome.ts'
import { connectEnvironment, type ConnectDeps } from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { listNodeRuns } from './node-run-store.ts'
import { readTail } from './read-tail.ts'
import { getRun } from './run-store.ts'

const TAIL_LINES = 15

/** The task that failed first, and the end of its log, asked from the engine. @throws when it is silent */
export async function readFailure(
  deps: ConnectDeps & { readonly db: Db; readonly callDeadlineMs: number },
  call: Call,
  runId: string,
): Promise<FailureDetail> {
  const db = forOrg(deps.db, call.orgId)
  const run = await getRun(db, runId)
  const root = rootOf(await listNodeRuns(db, runId), run.restarted_at ?? run.started_at)
  if (!root) return { task: null, logTail: [], logNote: 'No task of this run failed by itself.' }
  const { engine, environment } = await connectEnvironment(deps, db, run.environment_id)
  const lines = await readTail(
    engine,
    { projectCode: environment.projectCode, taskInstanceId: root.engine_task_instance_id },
    { count: TAIL_LINES, signal: call.signal, deadlineMs: deps.callDeadlineMs },
  ).catch((error: unknown) => {
    // The task's name is worth telling without its log, which the engine may have purged.
    if (!isRefusal(error)) throw error
    return []
  })
  return {
    task: { key: root.task_key, name: root.name },
    logTail: lines,
    logNote: lines.length === 0 ? 'The engine has no log of it.' : null,
  }
}

/** Of the newest attempt: tasks of earlier ones started before it. */
function rootOf(
  nodes: readonly Row<'task_instance_cache'>[],
  since: Date | null,
): Row<'task_instance_cache'> | null {
  const began = (node: Row<'task_instance_cache'>): number =>
    (node.started_at ?? node.submitted_at)?.getTime() ?? 0
  const failed = nodes.filter((node) => node.state === 'failure')
  const current = failed.filter((node) => since === null || began(node) >= since.getTime() - 1_000)
  return (current.length > 0 ? current : failed).toSorted((a, b) => began(a) - began(b))[0] ?? null
}
