import type { Call } from '../lib/call.ts'
import { deployedCodes } from '../publishing/adopt-deployment.ts'
import { adoptGroup } from './adopt-group.ts'
import { readNames } from './engine-names.ts'
import { listNextGroups, listRefusedIds } from './import-item-store.ts'
import { readHeads } from './look-again.ts'
import type { ImportDeps, ImportStep } from './run-import.ts'

/** Between two looks at the lease, and at the engine. */
const GROUPS = 50

/**
 * The chosen items, what others need first. Those that need each other are one group and become
 * ours together; any other is a group by itself.
 */
export async function adoptItems(deps: ImportDeps, call: Call, step: ImportStep): Promise<boolean> {
  const { db, row, connected, options } = step
  const items = await listNextGroups(db, row.import_id, GROUPS)
  if (items.length === 0) return false
  const names = await readNames(connected, options)
  const heads = await readHeads(step)
  const managed = new Set((await deployedCodes(db, row.environment_id)).keys())
  // Who took an id from us may have deployed under it: that is not what the engine's items name.
  for (const id of await listRefusedIds(db, row.import_id)) managed.delete(id)
  for (const group of Map.groupBy(items, (item) => item.group_no).values()) {
    const errors = await adoptGroup(deps, call, { step, items: group, names, heads, managed })
    for (const { item_no: itemNo, workflow_id: id } of group) {
      if (errors.size === 0) managed.add(id)
      else if (errors.has(itemNo)) managed.delete(id)
    }
  }
  return true
}
