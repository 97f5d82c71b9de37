import { sql } from 'kysely'
import type { Db, OrgTx } from '../db/database.ts'
import type { RowPatch } from '../db/tables.ts'

export interface DueRun {
  readonly org_id: string
  readonly environment_id: string
  readonly run_id: string
}

/** Runs to send or to find, over all organizations, in nobody's hands; of each environment the oldest few. */
export async function listDueRuns(
  db: Db,
  now: Date,
  {
    limit,
    perEnvironment,
    except,
  }: {
    readonly limit: number
    readonly perEnvironment: number
    /** Environments that have enough to do. */
    readonly except: readonly string[]
  },
): Promise<readonly DueRun[]> {
  const due = db
    .selectFrom('workflow_instance_cache')
    .select([
      'org_id',
      'environment_id',
      'run_id',
      'next_attempt_at',
      sql<number>`ROW_NUMBER() OVER (PARTITION BY org_id, environment_id ORDER BY next_attempt_at)`.as(
        'turn',
      ),
    ])
    .where('state', 'in', ['requested', 'starting'])
    .where('next_attempt_at', '<=', now)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', now)]))
    .$if(except.length > 0, (query) => query.where('environment_id', 'not in', except))
  return db
    .selectFrom(due.as('due'))
    .select(['org_id', 'environment_id', 'run_id'])
    .where('turn', '<=', perEnvironment)
    .orderBy('turn')
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
      start_error: null,
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

/** False: it is in that state no more; the sync may have found it on the engine, and knows better. */
export async function updateStart(
  tx: OrgTx,
  runId: string,
  input: {
    readonly from: 'requested' | 'starting'
    readonly change: RowPatch<'workflow_instance_cache'>
  },
): Promise<boolean> {
  const result = await tx.q
    .updateTable('workflow_instance_cache')
    .set(input.change)
    .where('org_id', '=', tx.orgId)
    .where('run_id', '=', runId)
    .where('state', '=', input.from)
    .where('engine_instance_id', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
