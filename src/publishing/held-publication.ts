import type { OrgTx } from '../db/database.ts'
import type { RowPatch } from '../db/tables.ts'
import {
  APPLIED_STATES,
  lockPublication,
  updatePublication,
  type Lease,
  type PublicationRow,
} from './publication-store.ts'
import { LeaseLost } from './saga.ts'

/** Ours still: a replica that stalled must not touch a record that went on, or that a person ended. */
export async function lockHeld(
  tx: OrgTx,
  publicationId: string,
  lease: Pick<Lease, 'owner'>,
): Promise<PublicationRow> {
  const row = await lockPublication(tx, publicationId)
  if (row.lease_owner !== lease.owner)
    throw new LeaseLost(`the lease of ${publicationId} went to another replica`)
  if (!APPLIED_STATES.some((state) => state === row.state))
    throw new LeaseLost(`${publicationId} is ${row.state}: it was ended meanwhile`)
  return row
}

/** Writes only while the publication is ours. */
export async function updateHeld(
  tx: OrgTx,
  publicationId: string,
  lease: Pick<Lease, 'owner'>,
  change: RowPatch<'workflow_publish_record'>,
): Promise<void> {
  await lockHeld(tx, publicationId, lease)
  await updatePublication(tx, publicationId, change)
}
