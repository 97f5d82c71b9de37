import { z } from 'zod'
import { afterId, decodeCursor, toPage } from '../db/cursor.ts'
import { forOrg, type Db, type OrgReader } from '../db/database.ts'
import { readJsonOrNull } from '../db/json-column.ts'
import { WorkflowDocument } from '../definition/document.ts'
import { readEnvironmentRow } from '../environments/assert-environment.ts'
import type { Call } from '../lib/call.ts'
import { IMPORT_STATES, ImportNote, ITEM_STATES, type ItemState } from './import.ts'
import { countByState, getItem, pageItems, type ShownItemRow } from './import-item-store.ts'
import { getImport, listImports, type ImportRow } from './import-store.ts'

export interface ShowImportDeps {
  readonly db: Db
}

const LastError = z.object({ message: z.string(), at: z.string() })
const ItemError = z.object({ code: z.string(), message: z.string() })
const Position = z.tuple([z.int()])

/** How far an import is: its state, and how many items are in which. */
export async function showImport(
  deps: ShowImportDeps,
  call: Call,
  input: { readonly importId: string },
) {
  const at = forOrg(deps.db, call.orgId)
  return toImport(at, await getImport(at, input.importId))
}

/** Newest first. */
export async function pageOfImports(
  deps: ShowImportDeps,
  call: Call,
  page: { readonly limit: number; readonly cursor?: string | undefined },
) {
  const at = forOrg(deps.db, call.orgId)
  const rows = await listImports(at, { before: afterId(page), limit: page.limit })
  const { items, next_cursor } = toPage(rows, {
    limit: page.limit,
    item: (row) => row,
    position: (row) => [row.import_id],
  })
  return { items: await Promise.all(items.map((row) => toImport(at, row))), next_cursor }
}

async function toImport(at: OrgReader, row: ImportRow) {
  return {
    import_id: row.import_id,
    environment: (await readEnvironmentRow(at, row.environment_id)).name,
    state: z.enum(IMPORT_STATES).parse(row.state),
    items: await countByState(at, row.import_id),
    requested_by: row.requested_by_name,
    last_error: readJsonOrNull(LastError, row.last_error),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
  }
}

export async function pageOfImportItems(
  deps: ShowImportDeps,
  call: Call,
  input: {
    readonly importId: string
    readonly limit: number
    readonly cursor?: string | undefined
    readonly state?: ItemState | undefined
  },
) {
  const at = forOrg(deps.db, call.orgId)
  await getImport(at, input.importId)
  const [after] = input.cursor === undefined ? [0] : decodeCursor(Position, input.cursor)
  const rows = await pageItems(at, input.importId, {
    after,
    limit: input.limit,
    state: input.state,
  })
  return toPage(rows, {
    limit: input.limit,
    item: toItem,
    position: (row) => [row.item_no],
  })
}

/** What an item would become, whole. */
export async function showImportItem(
  deps: ShowImportDeps,
  call: Call,
  input: { readonly importId: string; readonly itemNo: number },
) {
  const at = forOrg(deps.db, call.orgId)
  await getImport(at, input.importId)
  const row = await getItem(at, input.importId, input.itemNo)
  return {
    ...toItem(row),
    document: row.state === 'blocked' ? null : readJsonOrNull(WorkflowDocument, row.document),
  }
}

function toItem(row: ShownItemRow) {
  return {
    item_no: row.item_no,
    name: row.name,
    engine_code: row.engine_code,
    workflow_id: row.workflow_id,
    base_version: row.base_version,
    state: z.enum(ITEM_STATES).parse(row.state),
    is_chosen: Boolean(row.is_chosen),
    notes: readJsonOrNull(z.array(ImportNote), row.notes) ?? [],
    error: readJsonOrNull(ItemError, row.error),
  }
}
