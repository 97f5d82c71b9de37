import { inTx } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import type { Call } from '../lib/call.ts'
import { toLiveSchedules } from '../publishing/live-state.ts'
import { holdImport } from './hold-import.ts'
import { identifyItems } from './identify-items.ts'
import { listItems, updateItem } from './import-item-store.ts'
import type { ImportDeps, ImportStep } from './run-import.ts'

/** Read between two looks at the lease. */
const BATCH = 20

/** One call a definition, and one for all schedules of the project. */
export async function readItems(
  deps: ImportDeps,
  _call: Call,
  { db, row, connected, options }: ImportStep,
): Promise<boolean> {
  const { engine, compiler, environment } = connected
  const { projectCode } = environment
  const items = await listItems(db, row.import_id, { state: 'listed', limit: BATCH })
  if (items.length === 0) {
    await identifyItems(deps, { db, row })
    return false
  }
  const schedules = await engine.listSchedules(projectCode, options)
  for (const item of items) {
    const found = await engine.findDefinition({ projectCode, code: item.engine_code }, options)
    const live = found && {
      code: found.code,
      engine_version: found.version,
      is_online: found.isOnline,
      definition: found.definition,
      schedules: toLiveSchedules(
        schedules.filter((schedule) => schedule.definitionCode === item.engine_code),
        engine.family,
      ),
    }
    await inTx(db, async (tx) => {
      await holdImport(tx, deps.owner, row)
      await updateItem(
        tx,
        { importId: row.import_id, itemNo: item.item_no },
        {
          state: live ? 'read' : 'gone',
          live: live && writeJson(live),
          task_codes: live && writeJson(compiler.taskCodesOf(live.definition)),
          updated_at: deps.now(),
        },
      )
    })
  }
  return true
}
