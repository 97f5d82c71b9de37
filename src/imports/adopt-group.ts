import { z } from 'zod'
import { inTx, type OrgTx } from '../db/database.ts'
import { readJson, writeJson } from '../db/json-column.ts'
import { WorkflowDocument } from '../definition/document.ts'
import type { Call } from '../lib/call.ts'
import { AppError, isAppError } from '../lib/errors.ts'
import {
  adoptDeployment,
  assertNotDeployed,
  definitionsUnderWay,
  publishedBy,
} from '../publishing/adopt-deployment.ts'
import { LiveState, type BoundNames } from '../publishing/plan.ts'
import { adoptVersion, adoptWorkflow } from '../workflows/adopt-workflow.ts'
import type { EngineNames } from './engine-names.ts'
import { holdImport } from './hold-import.ts'
import { updateItem, type ItemRow } from './import-item-store.ts'
import { asOnlineNow, changeSince, type Heads } from './look-again.ts'
import { needingOf, spreadErrors, type ItemError } from './needed-workflows.ts'
import type { ImportDeps, ImportStep } from './run-import.ts'

const TaskCodes = z.record(z.string(), z.string())

interface Group {
  readonly step: ImportStep
  readonly items: readonly ItemRow[]
  readonly names: EngineNames
  /** As the engine lists them now. */
  readonly heads: Heads
  /** Workflows that the environment holds. */
  readonly managed: ReadonlySet<string>
}

interface ReadGroup extends Group {
  readonly read: readonly ReadItem[]
}

interface ReadItem {
  readonly item: ItemRow
  readonly document: WorkflowDocument
  readonly live: LiveState
  readonly names: BoundNames
}

/**
 * Items that need each other, in one transaction: workflows, versions and deployments are there
 * together. Answers what keeps some of them out, by item number: then none of the group is adopted,
 * and whatever has no error stays ready.
 */
export async function adoptGroup(
  deps: ImportDeps,
  call: Call,
  group: Group,
): Promise<ReadonlyMap<number, ItemError>> {
  const { step, items, heads, managed } = group
  const read: ReadItem[] = []
  const changed = new Map<number, ItemError>()
  for (const item of items) {
    const each = await readItem(item, group)
    const change = await changeSince(step, heads, each.live)
    if (change) changed.set(item.item_no, change)
    read.push(each)
  }
  const needing = read.map(({ item, document }) => needingOf(item.item_no, document))
  const unmet = spreadErrors(needing, changed, managed)
  if (unmet.size > 0) return refuse(deps, step, unmet)
  const own = await tryGroup(deps, call, { ...group, read })
  return own === null ? new Map() : refuse(deps, step, spreadErrors(needing, own, managed))
}

async function readItem(item: ItemRow, { names: engine, heads }: Group): Promise<ReadItem> {
  const { names, filesOf } = engine
  const live = asOnlineNow(heads, readJson(LiveState, item.live ?? ''))
  return {
    item,
    document: readJson(WorkflowDocument, item.document ?? ''),
    live,
    names: { ...names, resources: await filesOf([live.definition]) },
  }
}

/** null: all are adopted. */
async function tryGroup(
  deps: ImportDeps,
  call: Call,
  group: ReadGroup,
): Promise<ReadonlyMap<number, ItemError> | null> {
  const { step, read } = group
  let itemNo = 0
  try {
    await inTx(step.db, async (tx) => {
      await holdImport(tx, deps.owner, step.row)
      const underWay = await definitionsUnderWay(tx, step.row.environment_id)
      for (const each of read) {
        itemNo = each.item.item_no
        assertUnpublished(publishedBy(underWay, { ...each.live, name: each.live.definition.name }))
        await adoptItem(tx, call, { step, ...each, now: deps.now() })
      }
    })
    return null
  } catch (error) {
    if (!isAppError(error) || itemNo === 0) throw error
    return new Map([[itemNo, { code: error.code, message: error.message }]])
  }
}

/** A deploy may have taken over what an earlier one left there. */
function assertUnpublished(workflowId: string | null): void {
  if (workflowId === null) return
  throw new AppError(
    'conflict',
    'workflow.publishing',
    `a publication of the workflow "${workflowId}" works on this definition; import again when it is over`,
    { details: { workflow_id: workflowId } },
  )
}

async function refuse(
  deps: ImportDeps,
  { db, row }: ImportStep,
  errors: ReadonlyMap<number, ItemError>,
): Promise<ReadonlyMap<number, ItemError>> {
  await inTx(db, async (tx) => {
    await holdImport(tx, deps.owner, row)
    for (const [itemNo, error] of errors)
      await updateItem(
        tx,
        { importId: row.import_id, itemNo },
        { state: 'failed', error: writeJson(error), updated_at: deps.now() },
      )
  })
  return errors
}

interface Adopting extends ReadItem {
  readonly step: ImportStep
  readonly now: Date
}

async function adoptItem(
  tx: OrgTx,
  call: Call,
  { step, names, item, document, live, now }: Adopting,
): Promise<void> {
  const { row, connected } = step
  const place = { workflowId: document.id, environmentId: row.environment_id }
  const adopted = {
    document,
    author: { id: row.requested_by, name: row.requested_by_name },
    note: `adopted from ${connected.environment.name} as it runs there`,
    at: now,
  }
  const { base_version: baseVersion } = item
  if (baseVersion !== null) await assertNotDeployed(tx, place)
  const { version, digest } =
    baseVersion === null
      ? { version: 1, digest: await adoptWorkflow(tx, call, adopted) }
      : await adoptVersion(tx, call, { ...adopted, baseVersion })
  await adoptDeployment(tx, {
    place,
    version,
    digest,
    taskCodes: readJson(TaskCodes, item.task_codes ?? '{}'),
    names,
    live,
    at: now,
  })
  await updateItem(
    tx,
    { importId: row.import_id, itemNo: item.item_no },
    { state: 'adopted', error: null, live: null, updated_at: now },
  )
}
