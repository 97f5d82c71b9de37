import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type Db, type OrgTx } from '../db/database.ts'
import { readJson, writeJson } from '../db/json-column.ts'
import { databaseNow } from '../db/now.ts'
import { canonicalText } from '../definition/canonical.ts'
import { WorkflowDocument } from '../definition/document.ts'
import { readEnvironmentRow } from '../environments/assert-environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError, type Issue } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { deployedCodes } from '../publishing/adopt-deployment.ts'
import { usedIds } from '../workflows/adopt-workflow.ts'
import { chooseItems, type Choice, type Choosable, type Chosen } from './choose-items.ts'
import { listChoosable, listItemNames, updateItem } from './import-item-store.ts'
import { assertState, insertImport, lockImport, updateImport, wrongState } from './import-store.ts'

export interface RequestImportDeps {
  readonly db: Db
}

/** Reads what an environment's engine holds and nobody manages. Answers the import's id. */
export async function requestImport(
  deps: RequestImportDeps,
  call: Call,
  input: { readonly environment: string },
): Promise<string> {
  return inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const environment = await readEnvironmentRow(tx, input.environment)
    const importId = newId('imp')
    const now = await databaseNow(tx.q)
    await insertImport(tx, {
      import_id: importId,
      environment_id: environment.environmentId,
      state: 'listing',
      active_key: environment.environmentId,
      requested_by: call.actor.id,
      requested_by_name: call.actor.name,
      next_attempt_at: now,
      created_at: now,
      updated_at: now,
    })
    await audit(tx, call, { importId, action: 'import.request', after: {}, at: now })
    return importId
  })
}

/** Which items become workflows of ours; null: all that can. Nothing is sent to the engine. */
export async function applyImport(
  deps: RequestImportDeps,
  call: Call,
  input: { readonly importId: string; readonly items: readonly Choice[] | null },
): Promise<void> {
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const row = await lockImport(tx, input.importId)
    assertState(row, 'preview')
    const ready = new Map(
      (await listChoosable(tx, input.importId)).map((item) => [
        item.item_no,
        {
          itemNo: item.item_no,
          document: readJson(WorkflowDocument, item.document ?? ''),
          isMatched: item.base_version !== null,
        },
      ]),
    )
    const choices: readonly Choice[] =
      input.items ?? [...ready.keys()].map((itemNo): Choice => ({ itemNo }))
    assertReady(choices, ready)
    assertIdsKept(choices, ready)
    const chosen = chooseItems(choices, ready, {
      used: await usedIds(tx),
      managed: new Set((await deployedCodes(tx, row.environment_id)).keys()),
      previewed: new Set((await listItemNames(tx, row.import_id)).map((item) => item.workflow_id)),
    })
    assertDifferent(chosen)
    const now = await databaseNow(tx.q)
    for (const { itemNo, document, groupNo, error } of chosen) {
      await updateItem(
        tx,
        { importId: input.importId, itemNo },
        {
          is_chosen: true,
          group_no: groupNo,
          workflow_id: document.id,
          document: canonicalText(document),
          ...(error ? { state: 'failed', error: writeJson(error) } : {}),
          updated_at: now,
        },
      )
    }
    await updateImport(tx, input.importId, {
      state: 'applying',
      next_attempt_at: now,
      updated_at: now,
    })
    await audit(tx, call, {
      importId: input.importId,
      action: 'import.apply',
      after: { items: choices.length },
      at: now,
    })
  })
}

function assertReady(choices: readonly Choice[], ready: ReadonlyMap<number, unknown>): void {
  const faults = choices.flatMap(({ itemNo }, index): Issue[] =>
    ready.has(itemNo) ? [] : [issue(`/items/${index}/item_no`, `item ${itemNo} cannot be adopted`)],
  )
  const issues =
    choices.length === 0 ? [issue('/items', 'there is no item that can be adopted')] : faults
  if (issues.length > 0)
    throw new AppError('invalid', 'request.invalid', 'not all of that can be adopted', { issues })
}

/** What is matched is that workflow. */
function assertIdsKept(choices: readonly Choice[], ready: ReadonlyMap<number, Choosable>): void {
  const issues = choices.flatMap(({ itemNo, workflowId }, index) => {
    const item = ready.get(itemNo)
    if (!item?.isMatched || workflowId === undefined || workflowId === item.document.id) return []
    return [
      issue(`/items/${index}/workflow_id`, `item ${itemNo} is matched with "${item.document.id}"`),
    ]
  })
  if (issues.length > 0)
    throw new AppError('invalid', 'request.invalid', 'not all of that can be adopted', { issues })
}

/** Two of one id, or one item twice: which of them is meant is nothing to guess. */
function assertDifferent(chosen: readonly Chosen[]): void {
  const [items, ids] = [new Set<number>(), new Set<string>()]
  const issues = chosen.flatMap(({ itemNo, document }, index): Issue[] => {
    const isTwice = items.has(itemNo)
    const isTaken = ids.has(document.id)
    items.add(itemNo)
    ids.add(document.id)
    if (isTwice) return [issue(`/items/${index}/item_no`, `item ${itemNo} stands twice`)]
    if (!isTaken) return []
    return [issue(`/items/${index}/workflow_id`, `another item gets the id "${document.id}"`)]
  })
  if (issues.length > 0)
    throw new AppError('invalid', 'request.invalid', 'not all of that can be adopted', { issues })
}

function issue(pointer: string, message: string): Issue {
  return { pointer, code: 'import.not_ready', message }
}

/** What was adopted stays; the rest is left alone. */
export async function cancelImport(
  deps: RequestImportDeps,
  call: Call,
  input: { readonly importId: string },
): Promise<void> {
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const row = await lockImport(tx, input.importId)
    if (row.active_key === null) throw wrongState(row)
    const now = await databaseNow(tx.q)
    await updateImport(tx, input.importId, {
      state: 'cancelled',
      active_key: null,
      next_attempt_at: null,
      lease_owner: null,
      lease_until: null,
      ended_at: now,
      updated_at: now,
    })
    await audit(tx, call, { importId: input.importId, action: 'import.cancel', after: {}, at: now })
  })
}

async function audit(
  tx: OrgTx,
  call: Call,
  entry: {
    readonly importId: string
    readonly action: string
    readonly after: Readonly<Record<string, number>>
    readonly at: Date
  },
): Promise<void> {
  await recordAudit(tx, call, {
    action: entry.action,
    subjectType: 'import',
    subjectId: entry.importId,
    after: { ...entry.after },
    at: entry.at,
  })
}
