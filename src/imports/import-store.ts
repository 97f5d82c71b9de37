import { sql } from 'kysely'
import type { Db, OrgReader, OrgTx } from '../db/database.ts'
import { isDuplicate } from '../db/mysql-errors.ts'
import type { NewRow, Row, RowPatch } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'

export type ImportRow = Row<'workflow_import'>

export async function insertImport(
  tx: OrgTx,
  row: Omit<NewRow<'workflow_import'>, 'org_id'>,
): Promise<void> {
  const active = await findActive(tx, row.environment_id)
  if (active !== null)
    throw new AppError(
      'conflict',
      'import.active',
      `the import "${active}" from this environment is not over yet; apply or cancel it`,
      { details: { import_id: active } },
    )
  await tx.q
    .insertInto('workflow_import')
    .values({ ...row, org_id: tx.orgId })
    .execute()
    .catch((error: unknown) => {
      if (!isDuplicate(error, 'workflow_import_active')) throw error
      throw new AppError(
        'conflict',
        'import.active',
        'another import from this environment began just now',
        { cause: error },
      )
    })
}

async function findActive(at: OrgReader, environmentId: string): Promise<string | null> {
  const row = await at.q
    .selectFrom('workflow_import')
    .select('import_id')
    .where('org_id', '=', at.orgId)
    .where('active_key', '=', environmentId)
    .executeTakeFirst()
  return row?.import_id ?? null
}

/** Newest first. */
export async function listImports(
  at: OrgReader,
  page: { readonly before: string | null; readonly limit: number },
): Promise<readonly ImportRow[]> {
  let query = at.q
    .selectFrom('workflow_import')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .orderBy('import_id', 'desc')
    .limit(page.limit + 1)
  if (page.before !== null) query = query.where('import_id', '<', page.before)
  return query.execute()
}

export async function getImport(at: OrgReader, importId: string): Promise<ImportRow> {
  const row = await at.q
    .selectFrom('workflow_import')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('import_id', '=', importId)
    .executeTakeFirst()
  return row ?? notFound(importId)
}

export async function lockImport(tx: OrgTx, importId: string): Promise<ImportRow> {
  const row = await tx.q
    .selectFrom('workflow_import')
    .selectAll()
    .where('org_id', '=', tx.orgId)
    .where('import_id', '=', importId)
    .forUpdate()
    .executeTakeFirst()
  return row ?? notFound(importId)
}

/** @throws AppError `import.wrong_state` */
export function assertState(row: ImportRow, state: string): void {
  if (row.state !== state) throw wrongState(row)
}

export function wrongState(row: ImportRow): AppError {
  return new AppError('conflict', 'import.wrong_state', `the import is ${row.state}`, {
    details: { state: row.state },
  })
}

function notFound(importId: string): never {
  throw new AppError('not_found', 'import.not_found', `no import "${importId}"`)
}

export async function updateImport(
  tx: OrgTx,
  importId: string,
  change: RowPatch<'workflow_import'>,
): Promise<void> {
  await tx.q
    .updateTable('workflow_import')
    .set(change)
    .where('org_id', '=', tx.orgId)
    .where('import_id', '=', importId)
    .execute()
}

/** Imports with work to do and in nobody's hands, over all organizations. */
export async function listDueImports(
  db: Db,
  input: { readonly now: Date; readonly limit: number },
): Promise<readonly { readonly org_id: string; readonly import_id: string }[]> {
  return db
    .selectFrom('workflow_import')
    .select(['org_id', 'import_id'])
    .where('next_attempt_at', '<=', input.now)
    .where('state', 'in', ['listing', 'reading', 'naming', 'applying'])
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', input.now)]))
    .orderBy('next_attempt_at')
    .limit(input.limit)
    .execute()
}

/** False: another replica has it, or there is nothing to do. */
export async function takeImport(
  tx: OrgTx,
  importId: string,
  lease: { readonly owner: string; readonly ms: number },
): Promise<boolean> {
  const result = await tx.q
    .updateTable('workflow_import')
    .set({
      lease_owner: lease.owner,
      lease_until: sql<Date>`UTC_TIMESTAMP(3) + INTERVAL ${lease.ms * 1000} MICROSECOND`,
    })
    .where('org_id', '=', tx.orgId)
    .where('import_id', '=', importId)
    .where('state', 'in', ['listing', 'reading', 'naming', 'applying'])
    .where(
      sql<boolean>`(lease_until IS NULL OR lease_until < UTC_TIMESTAMP(3) OR lease_owner = ${lease.owner})`,
    )
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
