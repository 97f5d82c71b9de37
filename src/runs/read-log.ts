import { forOrg, type Db } from '../db/database.ts'
import { connectEnvironment, type ConnectDeps } from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { getNodeRun } from './node-run-store.ts'

const LINES = 1_000

/** A piece of a task's log from the engine, which alone keeps it. Ask again from `next_offset`. */
export async function readLog(
  deps: ConnectDeps & { readonly db: Db; readonly callDeadlineMs: number },
  call: Call,
  input: { readonly nodeRunId: string; readonly offset: number },
) {
  const db = forOrg(deps.db, call.orgId)
  const node = await getNodeRun(db, input.nodeRunId)
  const { engine, environment } = await connectEnvironment(deps, db, node.environment_id)
  const piece = await engine.readTaskLog(
    {
      projectCode: environment.projectCode,
      taskInstanceId: node.engine_task_instance_id,
      fromLine: input.offset,
      limitLines: LINES,
    },
    { signal: call.signal, deadlineMs: deps.callDeadlineMs },
  )
  return {
    text: piece.text,
    next_offset: piece.nextLine,
    is_finished: Boolean(node.is_final) && piece.text === '',
  }
}
