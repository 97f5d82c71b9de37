import { sql } from 'kysely'
import type { Db, OrgReader, OrgTx } from '../db/database.ts'
import type { NewRow, Row, RowPatch } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'

export type PublicationRow = Row<'workflow_publish_record'>

/** Approved or half applied: only these are a replica's to work on. */
export const APPLIED_STATES = ['approved', 'applying'] as const

export async function getPublication(
  at: OrgReader,
  publicationId: string,
): Promise<PublicationRow> {
  const row = await at.q
    .selectFrom('workflow_publish_record')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('publication_id', '=', publicationId)
    .executeTakeFirst()
  return row ?? notFound(publicationId)
}

/** Approvals, cancelling, expiry and applying decide about the same row one after the other. */
export async function lockPublication(tx: OrgTx, publicationId: string): Promise<PublicationRow> {
  const row = await tx.q
    .selectFrom('workflow_publish_record')
    .selectAll()
    .where('org_id', '=', tx.orgId)
    .where('publication_id', '=', publicationId)
    .forUpdate()
    .executeTakeFirst()
  return row ?? notFound(publicationId)
}

function notFound(publicationId: string): never {
  throw new AppError('not_found', 'publication.not_found', `no publication "${publicationId}"`)
}

export async function insertPublication(
  tx: OrgTx,
  row: Omit<NewRow<'workflow_publish_record'>, 'org_id'>,
): Promise<void> {
  await tx.q
    .insertInto('workflow_publish_record')
    .values({ ...row, org_id: tx.orgId })
    .execute()
}

/** The publication that holds a workflow's place in an environment. */
export async function findActiveAt(at: OrgReader, activeKey: string): Promise<string | null> {
  const row = await at.q
    .selectFrom('workflow_publish_record')
    .select('publication_id')
    .where('org_id', '=', at.orgId)
    .where('active_key', '=', activeKey)
    .executeTakeFirst()
  return row?.publication_id ?? null
}

export async function updatePublication(
  tx: OrgTx,
  publicationId: string,
  change: RowPatch<'workflow_publish_record'>,
): Promise<void> {
  await tx.q
    .updateTable('workflow_publish_record')
    .set(change)
    .where('org_id', '=', tx.orgId)
    .where('publication_id', '=', publicationId)
    .execute()
}

export interface DuePublication {
  readonly org_id: string
  readonly publication_id: string
}

/** To be applied, due, and in nobody's hands, over all organizations; oldest first. */
export async function listDuePublications(
  db: Db,
  input: { readonly now: Date; readonly freeBefore: Date; readonly limit: number },
): Promise<readonly DuePublication[]> {
  return db
    .selectFrom('workflow_publish_record')
    .select(['org_id', 'publication_id'])
    .where('state', 'in', APPLIED_STATES)
    .where('next_attempt_at', '<=', input.now)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', input.freeBefore)]))
    .orderBy('next_attempt_at')
    .limit(input.limit)
    .execute()
}

/** Approvals whose time is over, over all organizations. */
export async function listExpired(
  db: Db,
  now: Date,
  limit: number,
): Promise<readonly DuePublication[]> {
  return db
    .selectFrom('workflow_publish_record')
    .select(['org_id', 'publication_id'])
    .where('state', '=', 'pending_approval')
    .where('expires_at', '<=', now)
    .limit(limit)
    .execute()
}

export interface Lease {
  readonly owner: string
  readonly ms: number
}

/** False: somebody else holds it. A taker waits until a holder's last call must be over as well. */
export async function takePublication(
  tx: OrgTx,
  publicationId: string,
  lease: Lease & { readonly graceMs: number; readonly deadlineMs: number },
): Promise<boolean> {
  const result = await tx.q
    .updateTable('workflow_publish_record')
    .set({
      lease_owner: lease.owner,
      lease_until: sql<Date>`UTC_TIMESTAMP(3) + INTERVAL ${lease.ms * 1000} MICROSECOND`,
      apply_deadline_at: sql<Date>`COALESCE(apply_deadline_at, UTC_TIMESTAMP(3) + INTERVAL ${lease.deadlineMs * 1000} MICROSECOND)`,
    })
    .where('org_id', '=', tx.orgId)
    .where('publication_id', '=', publicationId)
    .where('state', 'in', APPLIED_STATES)
    .where(
      sql<boolean>`(lease_until IS NULL OR lease_until < UTC_TIMESTAMP(3) - INTERVAL ${lease.graceMs * 1000} MICROSECOND)`,
    )
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** False: the lease is lost, and so is the right to go on. */
export async function renewLease(tx: OrgTx, publicationId: string, lease: Lease): Promise<boolean> {
  const result = await tx.q
    .updateTable('workflow_publish_record')
    .set({ lease_until: sql<Date>`UTC_TIMESTAMP(3) + INTERVAL ${lease.ms * 1000} MICROSECOND` })
    .where('org_id', '=', tx.orgId)
    .where('publication_id', '=', publicationId)
    .where('lease_owner', '=', lease.owner)
    .where('state', '=', 'applying')
    .where(sql<boolean>`lease_until >= UTC_TIMESTAMP(3)`)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
