import type { OrgReader, OrgTx } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import type { Row } from '../db/tables.ts'

export async function findSync(
  at: OrgReader,
  environmentId: string,
): Promise<Row<'environment_sync'> | null> {
  const row = await at.q
    .selectFrom('environment_sync')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('environment_id', '=', environmentId)
    .executeTakeFirst()
  return row ?? null
}

/** The cycle saw everything up to `asOf`. */
export async function markSynced(
  tx: OrgTx,
  environmentId: string,
  input: { readonly asOf: Date; readonly since: Date; readonly isSweep: boolean },
): Promise<void> {
  const change = {
    as_of: input.asOf,
    instances_since: input.since,
    last_error: null,
    updated_at: input.asOf,
    ...(input.isSweep ? { swept_at: input.asOf } : {}),
  }
  await tx.q
    .insertInto('environment_sync')
    .values({ org_id: tx.orgId, environment_id: environmentId, ...change })
    .onDuplicateKeyUpdate(change)
    .execute()
}

/** The engine did not answer, or answered nonsense: what is cached stays, and its age shows. */
export async function markSyncFailed(
  tx: OrgTx,
  environmentId: string,
  input: { readonly message: string; readonly at: Date },
): Promise<void> {
  const change = {
    last_error: writeJson({ message: input.message }),
    last_error_at: input.at,
    updated_at: input.at,
  }
  await tx.q
    .insertInto('environment_sync')
    .values({ org_id: tx.orgId, environment_id: environmentId, ...change })
    .onDuplicateKeyUpdate(change)
    .execute()
}

/** The next cycle is a sweep. */
export async function markSyncDue(tx: OrgTx, environmentId: string): Promise<void> {
  await tx.q
    .updateTable('environment_sync')
    .set({ swept_at: null })
    .where('org_id', '=', tx.orgId)
    .where('environment_id', '=', environmentId)
    .execute()
}
