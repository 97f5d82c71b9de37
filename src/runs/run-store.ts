import type { OrgReader, OrgTx } from '../db/database.ts'
import type { NewRow, Row, RowPatch } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'

export type RunRow = Row<'workflow_instance_cache'>

export async function getRun(at: OrgReader, runId: string): Promise<RunRow> {
  const row = await at.q
    .selectFrom('workflow_instance_cache')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('run_id', '=', runId)
    .executeTakeFirst()
  if (!row) throw new AppError('not_found', 'run.not_found', `no run "${runId}"`)
  return row
}

export async function lockRun(tx: OrgTx, runId: string): Promise<RunRow> {
  const row = await tx.q
    .selectFrom('workflow_instance_cache')
    .selectAll()
    .where('org_id', '=', tx.orgId)
    .where('run_id', '=', runId)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw new AppError('not_found', 'run.not_found', `no run "${runId}"`)
  return row
}

export async function insertRun(
  tx: OrgTx,
  run: Omit<NewRow<'workflow_instance_cache'>, 'org_id'>,
): Promise<void> {
  await tx.q
    .insertInto('workflow_instance_cache')
    .values({ ...run, org_id: tx.orgId })
    .execute()
}

export async function updateRun(
  tx: OrgTx,
  runId: string,
  change: RowPatch<'workflow_instance_cache'>,
): Promise<void> {
  await tx.q
    .updateTable('workflow_instance_cache')
    .set(change)
    .where('org_id', '=', tx.orgId)
    .where('run_id', '=', runId)
    .execute()
}

/** The rows of known instances, by the engine's id. */
export async function listByInstances(
  at: OrgReader,
  environmentId: string,
  instanceIds: readonly number[],
): Promise<readonly RunRow[]> {
  if (instanceIds.length === 0) return []
  return at.q
    .selectFrom('workflow_instance_cache')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
    .where('engine_instance_id', 'in', instanceIds)
    .execute()
}

/** Runs on the engine that are not over: those first that were not looked at for longest. */
export async function listOpenInstances(
  at: OrgReader,
  environmentId: string,
  limit: number,
): Promise<readonly RunRow[]> {
  return at.q
    .selectFrom('workflow_instance_cache')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
    .where('engine_instance_id', 'is not', null)
    .where('is_final', '=', 0)
    .where('engine_gone_at', 'is', null)
    .orderBy('as_of')
    .limit(limit)
    .execute()
}

/** A run of ours that no instance is known for yet; null: it has one, or is not ours. */
export async function findUnbound(
  at: OrgReader,
  environmentId: string,
  runId: string,
): Promise<string | null> {
  const row = await at.q
    .selectFrom('workflow_instance_cache')
    .select('run_id')
    .where('org_id', '=', at.orgId)
    .where('run_id', '=', runId)
    .where('environment_id', '=', environmentId)
    .where('engine_instance_id', 'is', null)
    .executeTakeFirst()
  return row?.run_id ?? null
}

/** Starts of a definition that were sent, and whose instance is not known; also those given up since then. */
export async function listSentUnbound(
  at: OrgReader,
  environmentId: string,
  { engineCode, givenUpSince }: { readonly engineCode: string; readonly givenUpSince: Date },
): Promise<readonly { readonly run_id: string; readonly state: string }[]> {
  return at.q
    .selectFrom('workflow_instance_cache')
    .select(['run_id', 'state'])
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
    .where('is_final', 'in', [0, 1])
    .where('engine_instance_id', 'is', null)
    .where('engine_code', '=', engineCode)
    .where((eb) =>
      eb.or([
        eb('state', 'in', ['starting', 'unresolved']),
        eb.and([eb('state', '=', 'cancelled'), eb('sent_at', '>=', givenUpSince)]),
      ]),
    )
    .execute()
}

/** Runs that are over and not known to be purged: those first that were not looked at for longest. */
export async function listEndedToSweep(
  at: OrgReader,
  environmentId: string,
  limit: number,
): Promise<readonly RunRow[]> {
  return (
    at.q
      .selectFrom('workflow_instance_cache')
      .selectAll()
      .where('org_id', '=', at.orgId)
      .where('environment_id', '=', environmentId)
      .where('is_final', '=', 1)
      .where('engine_gone_at', 'is', null)
      // What never had an instance was never seen.
      .where('as_of', 'is not', null)
      .orderBy('as_of')
      .limit(limit)
      .execute()
  )
}

/** The engine still says what the rows say. */
export async function markSeen(tx: OrgTx, runIds: readonly string[], at: Date): Promise<void> {
  if (runIds.length === 0) return
  await tx.q
    .updateTable('workflow_instance_cache')
    .set({ as_of: at })
    .where('org_id', '=', tx.orgId)
    .where('run_id', 'in', runIds)
    .execute()
}

/** Runs of a version in a place that ended so, as far as anybody wants to count. */
export async function countRuns(
  at: OrgReader,
  filter: {
    readonly workflowId: string
    readonly environmentId: string
    readonly version: number
    readonly state: string
  },
  atMost: number,
): Promise<number> {
  const { count } = await at.q
    .selectFrom((eb) =>
      eb
        .selectFrom('workflow_instance_cache')
        .select('run_id')
        .where('org_id', '=', at.orgId)
        .where('workflow_id', '=', filter.workflowId)
        .where('environment_id', '=', filter.environmentId)
        .where('version', '=', filter.version)
        .where('state', '=', filter.state)
        .limit(atMost)
        .as('counted'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}
