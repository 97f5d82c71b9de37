import { inTx } from '../db/database.ts'
import { usedIds } from '../workflows/adopt-workflow.ts'
import { holdImport } from './hold-import.ts'
import { listDescriptions, updateItem } from './import-item-store.ts'
import type { ImportDeps, ImportStep } from './run-import.ts'
import { idsFor } from './workflow-ids.ts'

/** All are read by now, so their markers tell which of them were managed before, and which are copies. */
export async function identifyItems(
  deps: ImportDeps,
  { db, row }: Pick<ImportStep, 'db' | 'row'>,
): Promise<void> {
  const items = await listDescriptions(db, row.import_id)
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
