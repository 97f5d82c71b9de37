import { sql } from 'kysely'
import type { Db, OrgReader, OrgTx } from '../db/database.ts'
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

/** Runs on the engine that are not over, and finished ones whose end was seen only once. */
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
    .orderBy('engine_instance_id')
    .limit(limit)
    .execute()
}

export interface DueRun {
  readonly org_id: string
  readonly run_id: string
}

/** Runs to send or to find, over all organizations, in nobody's hands. */
export async function listDueRuns(db: Db, now: Date, limit: number): Promise<readonly DueRun[]> {
  return db
    .selectFrom('workflow_instance_cache')
    .select(['org_id', 'run_id'])
    .where('state', 'in', ['requested', 'starting'])
    .where('next_attempt_at', '<=', now)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', now)]))
    .orderBy('next_attempt_at')
    .limit(limit)
    .execute()
}

/** False: another replica has it. */
export async function takeRun(
  tx: OrgTx,
  runId: string,
  lease: { readonly owner: string; readonly ms: number },
): Promise<boolean> {
  const result = await tx.q
    .updateTable('workflow_instance_cache')
    .set({
      lease_owner: lease.owner,
      lease_until: sql<Date>`UTC_TIMESTAMP(3) + INTERVAL ${lease.ms * 1000} MICROSECOND`,
    })
    .where('org_id', '=', tx.orgId)
    .where('run_id', '=', runId)
    .where('state', 'in', ['requested', 'starting'])
    .where(sql<boolean>`(lease_until IS NULL OR lease_until < UTC_TIMESTAMP(3))`)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** The intent, committed before the engine hears of it. False: cancelled, or in other hands. */
export async function markStarting(
  tx: OrgTx,
  runId: string,
  input: { readonly owner: string; readonly sentAt: Date; readonly resolveUntil: Date },
): Promise<boolean> {
  const result = await tx.q
    .updateTable('workflow_instance_cache')
    .set({
      state: 'starting',
      sent_at: input.sentAt,
      resolve_until: input.resolveUntil,
      updated_at: input.sentAt,
    })
    .where('org_id', '=', tx.orgId)
    .where('run_id', '=', runId)
    .where('state', '=', 'requested')
    .where('lease_owner', '=', input.owner)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
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

/** Starts of a definition that were sent, and whose instance is not known. */
export async function listSentUnbound(
  at: OrgReader,
  environmentId: string,
  engineCode: string,
): Promise<readonly { readonly run_id: string; readonly state: string }[]> {
  return at.q
    .selectFrom('workflow_instance_cache')
    .select(['run_id', 'state'])
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
    .where('is_final', '=', 0)
    .where('engine_instance_id', 'is', null)
    .where('engine_code', '=', engineCode)
    .where('state', 'in', ['starting', 'unresolved'])
    .execute()
}

export async function countEnded(at: OrgReader, environmentId: string): Promise<number> {
  const { count } = await at.q
    .selectFrom('workflow_instance_cache')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
    .where('is_final', '=', 1)
    .where('engine_instance_id', 'is not', null)
    .executeTakeFirstOrThrow()
  return count
}

/** One of so many shares of the runs that are over and not known to be purged. */
export async function listEndedShare(
  at: OrgReader,
  environmentId: string,
  { share, shares }: { readonly share: number; readonly shares: number },
): Promise<readonly RunRow[]> {
  return at.q
    .selectFrom('workflow_instance_cache')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
    .where('is_final', '=', 1)
    .where(sql<boolean>`MOD(engine_instance_id, ${shares}) = ${share}`)
    .where('engine_gone_at', 'is', null)
    .execute()
}

/** Only while it is being started: the sync may have found it on the engine meanwhile, and knows better. */
export async function updateStart(
  tx: OrgTx,
  runId: string,
  change: RowPatch<'workflow_instance_cache'>,
): Promise<void> {
  await tx.q
    .updateTable('workflow_instance_cache')
    .set(change)
    .where('org_id', '=', tx.orgId)
    .where('run_id', '=', runId)
    .where('state', 'in', ['requested', 'starting'])
    .where('engine_instance_id', 'is', null)
    .execute()
}
