import { z } from 'zod'
import { inTx, type OrgTx } from '../db/database.ts'
import { readJson, writeJson } from '../db/json-column.ts'
import { WorkflowDocument } from '../definition/document.ts'
import type { Call } from '../lib/call.ts'
import { isAppError } from '../lib/errors.ts'
import { adoptDeployment, deployedCodes } from '../publishing/adopt-deployment.ts'
import { LiveState, type BoundNames } from '../publishing/plan.ts'
import { adoptWorkflow } from '../workflows/adopt-workflow.ts'
import { missingIn, needs } from './choose-items.ts'
import { readNames, resourcesIn } from './engine-names.ts'
import { holdImport } from './hold-import.ts'
import { listItemNames, listItems, updateItem, type ItemRow } from './import-store.ts'
import type { ImportDeps, ImportStep } from './run-import.ts'

const BATCH = 20
const TaskCodes = z.record(z.string(), z.string())

/** Each chosen item as one transaction: workflow, version and deployment are there together. */
export async function adoptItems(
  deps: ImportDeps,
  call: Call,
  { db, row, connected, options }: ImportStep,
): Promise<boolean> {
  const items = await listItems(db, row.import_id, { state: 'ready', isChosen: true, limit: BATCH })
  if (items.length === 0) return false
  const { names, resourceRoot } = await readNames(connected.engine, connected.environment, options)
  const chosen = (await listItemNames(db, row.import_id)).filter(
    (item) => item.is_chosen && item.state !== 'failed',
  )
  const deployed = await deployedCodes(db, row.environment_id)
  const managed = new Set([...deployed.keys(), ...chosen.map((item) => item.workflow_id)])
  for (const item of items) {
    const live = readJson(LiveState, item.live ?? '')
    const bound = { ...names, resources: resourcesIn(live.definition, resourceRoot) }
    const isAdopted = await adoptOne(deps, call, {
      step: { db, row, connected, options },
      item,
      live,
      bound,
      managed,
    })
    // Oldest first, so that what needs it comes after it, and is not adopted half.
    if (!isAdopted && !deployed.has(item.workflow_id)) managed.delete(item.workflow_id)
  }
  return true
}

interface Adopting {
  readonly step: ImportStep
  readonly item: ItemRow
  readonly live: LiveState
  readonly bound: BoundNames
  readonly managed: ReadonlySet<string>
}

/** One that cannot be taken over says why, and stops only what needs it. */
async function adoptOne(deps: ImportDeps, call: Call, adopting: Adopting): Promise<boolean> {
  const { step, item } = adopting
  const at = { importId: step.row.import_id, itemNo: item.item_no }
  try {
    return await inTx(step.db, async (tx) => {
      await holdImport(tx, deps.owner, step.row)
      return adopt(tx, call, { ...adopting, now: deps.now() })
    })
  } catch (error) {
    if (!isAppError(error)) throw error
    await inTx(step.db, async (tx) => {
      await holdImport(tx, deps.owner, step.row)
      await updateItem(tx, at, {
        state: 'failed',
        error: writeJson({ code: error.code, message: error.message }),
        updated_at: deps.now(),
      })
    })
    return false
  }
}

async function adopt(
  tx: OrgTx,
  call: Call,
  { step, item, live, bound, managed, now }: Adopting & { readonly now: Date },
): Promise<boolean> {
  const { row } = step
  const document = readJson(WorkflowDocument, item.document ?? '')
  const missing = missingIn(document, managed)
  if (missing.length > 0) {
    await updateItem(
      tx,
      { importId: row.import_id, itemNo: item.item_no },
      {
        state: 'failed',
        error: writeJson(needs(missing)),
        updated_at: now,
      },
    )
    return false
  }
  const digest = await adoptWorkflow(tx, call, {
    document,
    author: { id: row.requested_by, name: row.requested_by_name },
    note: `adopted from ${step.connected.environment.name} as it runs there`,
    at: now,
  })
  await adoptDeployment(tx, {
    place: { workflowId: document.id, environmentId: row.environment_id },
    version: 1,
    digest,
    taskCodes: readJson(TaskCodes, item.task_codes ?? '{}'),
    names: bound,
    live,
    at: now,
  })
  await updateItem(
    tx,
    { importId: row.import_id, itemNo: item.item_no },
    { state: 'adopted', error: null, live: null, updated_at: now },
  )
  return true
}
