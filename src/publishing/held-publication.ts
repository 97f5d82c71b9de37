import type { OrgTx } from '../db/database.ts'
import type { RowPatch } from '../db/tables.ts'
import { lockPublication, updatePublication, type Lease } from './publication-store.ts'
import { LeaseLost } from './saga.ts'

/** Writes only while the publication is ours: a replica that stalled must not touch a record that went on. */
export async function updateHeld(
  tx: OrgTx,
  publicationId: string,
  lease: Pick<Lease, 'owner'>,
  change: RowPatch<'workflow_publish_record'>,
): Promise<void> {
  const { lease_owner: holder } = await lockPublication(tx, publicationId)
  if (holder !== lease.owner)
    throw new LeaseLost(`the lease of ${publicationId} went to another replica`)
  await updatePublication(tx, publicationId, change)
}
