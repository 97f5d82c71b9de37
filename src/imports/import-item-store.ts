import type { OrgReader, OrgTx } from '../db/database.ts'
import type { NewRow, Row, RowPatch } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
import type { ItemState } from './import.ts'

export type ItemRow = Row<'workflow_import_item'>

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
  filter: { readonly state: ItemState; readonly limit: number },
): Promise<readonly ItemRow[]> {
  return at.q
    .selectFrom('workflow_import_item')
    .selectAll()
    .where('org_id', '=', at.orgId)
    .where('import_id', '=', importId)
    .where('state', '=', filter.state)
    .orderBy('item_no')
    .limit(filter.limit)
    .execute()
}

/** The chosen items that are left, of the next few groups; each group whole. */
export async function listNextGroups(
  at: OrgReader,
  importId: string,
  groups: number,
): Promise<readonly ItemRow[]> {
  const first = await chosenItems(at, importId, 'ready')
    .select('group_no')
    .orderBy('group_no')
    .limit(1)
    .executeTakeFirst()
  if (!first) return []
  return chosenItems(at, importId, 'ready')
    .selectAll()
    .where('group_no', '>=', first.group_no)
    .where('group_no', '<', first.group_no + groups)
    .orderBy('group_no')
    .orderBy('item_no')
    .execute()
}

/**
 * Ids under which chosen items were to be adopted, and could not. Of those that failed with the
 * choice (group 0) no item that is left names one.
 */
export async function listRefusedIds(at: OrgReader, importId: string): Promise<readonly string[]> {
  const rows = await chosenItems(at, importId, 'failed')
    .select('workflow_id')
    .where('group_no', '>', 0)
    .execute()
  return rows.map((row) => row.workflow_id)
}

function chosenItems(at: OrgReader, importId: string, state: ItemState) {
  return at.q
    .selectFrom('workflow_import_item')
    .where('org_id', '=', at.orgId)
    .where('import_id', '=', importId)
    .where('state', '=', state)
    .where('is_chosen', '=', 1)
}

/** Which definition gets which id and task codes; without the contents. */
export async function listItemNames(at: OrgReader, importId: string) {
  return at.q
    .selectFrom('workflow_import_item')
    .select(['item_no', 'engine_code', 'workflow_id', 'base_version', 'state', 'task_codes'])
    .where('org_id', '=', at.orgId)
    .where('import_id', '=', importId)
    .orderBy('item_no')
    .execute()
}

/** The next items with what was read of them, by number. */
export async function listRead(
  at: OrgReader,
  importId: string,
  page: { readonly after: number; readonly limit: number },
) {
  return at.q
    .selectFrom('workflow_import_item')
    .select(['item_no', 'engine_code', 'name', 'workflow_id', 'live'])
    .where('org_id', '=', at.orgId)
    .where('import_id', '=', importId)
    .where('item_no', '>', page.after)
    .orderBy('item_no')
    .limit(page.limit)
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

const SHOWN = [
  'item_no',
  'engine_code',
  'name',
  'workflow_id',
  'base_version',
  'state',
  'is_chosen',
  'notes',
  'error',
] as const
export type ShownItemRow = Pick<ItemRow, (typeof SHOWN)[number]>

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
    .select([...SHOWN])
    .where('org_id', '=', at.orgId)
    .where('import_id', '=', importId)
    .where('item_no', '>', page.after)
    .orderBy('item_no')
    .limit(page.limit + 1)
  if (page.state !== undefined) query = query.where('state', '=', page.state)
  return query.execute()
}

/** As the list shows it, and its document. */
export async function getItem(
  at: OrgReader,
  importId: string,
  itemNo: number,
): Promise<ShownItemRow & Pick<ItemRow, 'document'>> {
  const row = await at.q
    .selectFrom('workflow_import_item')
    .select([...SHOWN, 'document'])
    .where('org_id', '=', at.orgId)
    .where('import_id', '=', importId)
    .where('item_no', '=', itemNo)
    .executeTakeFirst()
  if (row) return row
  throw new AppError('not_found', 'import.not_found', `the import has no item ${itemNo}`)
}

/** What was read, with its content. */
export async function listMatchableItems(at: OrgReader, importId: string) {
  return at.q
    .selectFrom('workflow_import_item')
    .select(['item_no', 'name', 'workflow_id', 'base_version', 'live', 'task_codes'])
    .where('org_id', '=', at.orgId)
    .where('import_id', '=', importId)
    .where('state', 'in', ['ready', 'blocked'])
    .where('live', 'is not', null)
    .orderBy('item_no')
    .execute()
}

/** Their documents are made anew: each may name one that has another id or other keys now. */
export async function resetItems(tx: OrgTx, importId: string, at: Date): Promise<void> {
  await tx.q
    .updateTable('workflow_import_item')
    .set({ state: 'read', document: null, notes: null, updated_at: at })
    .where('org_id', '=', tx.orgId)
    .where('import_id', '=', importId)
    .where('state', 'in', ['ready', 'blocked'])
    .where('live', 'is not', null)
    .execute()
}

/** What may be chosen, with its document. */
export async function listChoosable(at: OrgReader, importId: string) {
  return at.q
    .selectFrom('workflow_import_item')
    .select(['item_no', 'document', 'base_version'])
    .where('org_id', '=', at.orgId)
    .where('import_id', '=', importId)
    .where('state', '=', 'ready')
    .execute()
}
