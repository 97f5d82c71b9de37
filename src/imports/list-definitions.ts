import { inTx, type OrgTx } from '../db/database.ts'
import type { Call } from '../lib/call.ts'
import { definitionsUnderWay, deployedCodes, publishedBy } from '../publishing/adopt-deployment.ts'
import { usedIds } from '../workflows/adopt-workflow.ts'
import { holdImport } from './hold-import.ts'
import { insertItems } from './import-item-store.ts'
import { updateImport } from './import-store.ts'
import type { ImportDeps, ImportStep } from './run-import.ts'
import { proposeIds } from './workflow-ids.ts'

/** Everything of the project that nobody here manages, or is about to: one call, however much it is. */
export async function listDefinitions(
  deps: ImportDeps,
  _call: Call,
  { db, row, connected, options }: ImportStep,
): Promise<boolean> {
  const { engine, environment } = connected
  const all = await engine.listDefinitions(environment.projectCode, options)
  // In this order: a publication that ends in between has its deployment by then.
  const underWay = await definitionsUnderWay(db, row.environment_id)
  const managed = await deployedCodes(db, row.environment_id)
  const codes = new Set([...managed.values()].map((entry) => entry.code))
  // Codes rise with time, so the oldest comes first whatever the engine's order is.
  const unmanaged = all
    .filter(({ code, name }) => !codes.has(code) && publishedBy(underWay, { code, name }) === null)
    .toSorted((a, b) => Number(a.code) - Number(b.code))
  const ids = proposeIds(unmanaged, await usedIds(db))
  const at = deps.now()
  await inTx(db, async (tx) => {
    await holdImport(tx, deps.owner, row)
    if (unmanaged.length === 0) return endEmpty(tx, row.import_id, at)
    await insertItems(
      tx,
      row.import_id,
      unmanaged.map(({ code, name }, index) => ({
        item_no: index + 1,
        engine_code: code,
        name,
        workflow_id: ids.get(code) ?? code,
        state: 'listed',
        updated_at: at,
      })),
    )
  })
  return false
}

/** There is nothing to choose from, so nobody has to end it. */
async function endEmpty(tx: OrgTx, importId: string, at: Date): Promise<void> {
  await updateImport(tx, importId, {
    state: 'done',
    active_key: null,
    next_attempt_at: null,
    lease_owner: null,
    lease_until: null,
    ended_at: at,
    updated_at: at,
  })
}
