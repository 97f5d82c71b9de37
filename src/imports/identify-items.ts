import { inTx, type OrgDb } from '../db/database.ts'
import { readJsonOrNull } from '../db/json-column.ts'
import { LiveState } from '../publishing/plan.ts'
import { usedIds } from '../workflows/adopt-workflow.ts'
import { holdImport } from './hold-import.ts'
import { listRead, updateItem } from './import-item-store.ts'
import type { ImportDeps, ImportStep } from './run-import.ts'
import { idsFor } from './workflow-ids.ts'

/** All are read by now, so their markers tell which of them were managed before, and which are copies. */
export async function identifyItems(
  deps: ImportDeps,
  { db, row }: Pick<ImportStep, 'db' | 'row'>,
): Promise<void> {
  const items = await readDescriptions(db, row.import_id)
  const ids = idsFor(
    items.map(({ engine_code: code, ...item }) => ({ ...item, code })),
    await usedIds(db),
  )
  await inTx(db, async (tx) => {
    await holdImport(tx, deps.owner, row)
    for (const [index, { item_no: itemNo, workflow_id: before }] of items.entries()) {
      const id = ids[index] ?? before
      if (id === before) continue
      const at = { importId: row.import_id, itemNo }
      await updateItem(tx, at, { workflow_id: id, updated_at: deps.now() })
    }
  })
}

const PAGE = 50

/** Read here, a page at a time: the database's own functions know no JSON that is nested deep. */
async function readDescriptions(db: OrgDb, importId: string) {
  const items: Described[] = []
  for (;;) {
    const after = items.at(-1)?.item_no ?? 0
    const page = await listRead(db, importId, { after, limit: PAGE })
    for (const { live, ...item } of page) {
      const description = readJsonOrNull(LiveState, live)?.definition.description ?? null
      items.push({ ...item, description })
    }
    if (page.length < PAGE) return items
  }
}

type Described = Omit<Awaited<ReturnType<typeof listRead>>[number], 'live'> & {
  /** null: it was not read. */
  readonly description: string | null
}
