import { inTx } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import type { RowPatch } from '../db/tables.ts'
import type { LiveSchedule } from '../engine/definition.ts'
import { isUnreadable } from '../engine/outcome.ts'
import type { Call } from '../lib/call.ts'
import { isAppError } from '../lib/errors.ts'
import { toLiveSchedules } from '../publishing/live-state.ts'
import type { LiveState } from '../publishing/plan.ts'
import { holdImport } from './hold-import.ts'
import { identifyItems } from './identify-items.ts'
import type { ImportNote } from './import.ts'
import { listItems, updateItem } from './import-item-store.ts'
import type { ImportDeps, ImportStep } from './run-import.ts'

/** Read between two looks at the lease. */
const BATCH = 20

/** One call a definition, and one for all schedules of the project. */
export async function readItems(deps: ImportDeps, _call: Call, step: ImportStep): Promise<boolean> {
  const { db, row, connected, options } = step
  const { engine, environment } = connected
  const items = await listItems(db, row.import_id, { state: 'listed', limit: BATCH })
  if (items.length === 0) {
    await identifyItems(deps, { db, row })
    return false
  }
  const schedules = await engine.listSchedules(environment.projectCode, options)
  for (const item of items) {
    const own = schedules.filter((schedule) => schedule.definitionCode === item.engine_code)
    const change = await readItem(step, item.engine_code, own)
    await inTx(db, async (tx) => {
      await holdImport(tx, deps.owner, row)
      const at = { importId: row.import_id, itemNo: item.item_no }
      await updateItem(tx, at, { ...change, updated_at: deps.now() })
    })
  }
  return true
}

/** What becomes of an item; one that cannot be read keeps nobody else waiting. */
async function readItem(
  { connected, options }: ImportStep,
  code: string,
  schedules: readonly LiveSchedule[],
): Promise<RowPatch<'workflow_import_item'>> {
  const { engine, compiler, environment } = connected
  try {
    const found = await engine.findDefinition(
      { projectCode: environment.projectCode, code },
      options,
    )
    if (!found) return { state: 'gone' }
    const live: LiveState = {
      code: found.code,
      engine_version: found.version,
      is_online: found.isOnline,
      definition: found.definition,
      schedules: toLiveSchedules(schedules, engine.family),
    }
    const taskCodes = writeJson(compiler.taskCodesOf(live.definition))
    return { state: 'read', live: writeJson(live), task_codes: taskCodes }
  } catch (error) {
    if (!isUnreadable(error) || !isAppError(error)) throw error
    const fault: ImportNote = { kind: 'fault', pointer: '', message: error.message }
    return { state: 'blocked', notes: writeJson([fault]) }
  }
}
