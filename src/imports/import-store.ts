import { sql } from 'kysely'
import type { Db, OrgReader, OrgTx } from '../db/database.ts'
import { isDuplicate } from '../db/mysql-errors.ts'
import type { NewRow, Row, RowPatch } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
import type { ItemState } from './import.ts'

export type ImportRow = Row<'workflow_import'>
export type ItemRow = Row<'workflow_import_item'>

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

const CHUNK = 500

export async function insertItems(
  tx: OrgTx,
  importId: string,
  items: readonly Omit<NewRow<'workflow_import_item'>, 'org_id' | 'import_id'>[],
): Promise<void> {
  for (let from = 0; from < items.length; from += CHUNK) {
    const rows = items
      .slice(from, from + CHUNK)
      .map((item) => ({ ...item, org_id: tx.orgId, import_id: importId }))
    await tx.q.insertInto('workflow_import_item').ignore().values(rows).execute()
  }
}

export async function updateItem(
  tx: OrgTx,
  at: { readonly importId: string; readonly itemNo: number },
  change: RowPatch<'workflow_import_item'>,
): Promise<void> {
  await tx.q
    .updateTable('workflow_import_item')
    .set(change)
    .where('org_id', '=', tx.orgId)
    .where('import_id', '=', at.importId)
    .where('item_no', '=', at.itemNo)
    .execute()
}

/** The next items of a state, by number. */
export async function listItems(
  at: OrgReader,
  importId: string,
  filter: { readonly state: ItemState; readonly isChosen?: boolean; readonly limit: number },
): Promise<readonly ItemRow[]> {
  let query = at.q
    .selectFrom('workflow_import_item')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('import_id', '=', importId)
    .where('state', '=', filter.state)
    .orderBy('item_no')
    .limit(filter.limit)
  if (filter.isChosen !== undefined) query = query.where('is_chosen', '=', filter.isChosen ? 1 : 0)
  return query.execute()
}

/** Which definition gets which id and task codes; without the contents. */
export async function listItemNames(at: OrgReader, importId: string) {
  return at.q
    .selectFrom('workflow_import_item')
    .select(['item_no', 'engine_code', 'workflow_id', 'state', 'task_codes', 'is_chosen'])
    .where('org_id', '=', at.orgId)
    .where('import_id', '=', importId)
    .orderBy('item_no')
    .execute()
}

export async function countByState(
  at: OrgReader,
  importId: string,
): Promise<Readonly<Record<string, number>>> {
  const rows = await at.q
    .selectFrom('workflow_import_item')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .where('org_id', '=', at.orgId)
    .where('import_id', '=', importId)
    .groupBy('state')
    .execute()
  return Object.fromEntries(rows.map((row) => [row.state, row.count]))
}

/** Items after a number, as the list shows them. */
export async function pageItems(
  at: OrgReader,
  importId: string,
  page: {
    readonly after: number
    readonly limit: number
    readonly state?: ItemState | undefined
  },
) {
  let query = at.q
    .selectFrom('workflow_import_item')
    .select([
      'item_no',
      'engine_code',
      'name',
      'workflow_id',
      'state',
      'is_chosen',
      'notes',
      'error',
    ])
    .where('org_id', '=', at.orgId)
    .where('import_id', '=', importId)
    .where('item_no', '>', page.after)
    .orderBy('item_no')
    .limit(page.limit + 1)
  if (page.state !== undefined) query = query.where('state', '=', page.state)
  return query.execute()
}

/** What may be chosen, with its document. */
export async function listChoosable(at: OrgReader, importId: string) {
  return at.q
    .selectFrom('workflow_import_item')
    .select(['item_no', 'document'])
    .where('org_id', '=', at.orgId)
    .where('import_id', '=', importId)
    .where('state', '=', 'ready')
    .execute()
}
