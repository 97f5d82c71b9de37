import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, inTx, type OrgTx } from '../db/database.ts'
import { readJson, readJsonOrNull, writeJson } from '../db/json-column.ts'
import { databaseNow } from '../db/now.ts'
import type { Call } from '../lib/call.ts'
import { AppError, type Issue } from '../lib/errors.ts'
import { LiveState } from '../publishing/plan.ts'
import { readVersion } from '../workflows/read-version.ts'
import { listMatchableItems, resetItems, updateItem } from './import-item-store.ts'
import { assertState, lockImport, updateImport } from './import-store.ts'
import { listMatchable, type MatchableWorkflow } from './matchable-store.ts'
import { matchedKeys } from './matched-keys.ts'
import type { RequestImportDeps } from './request-import.ts'

export interface Match {
  readonly itemNo: number
  readonly workflowId: string
}

type Items = Awaited<ReturnType<typeof listMatchableItems>>
const TaskCodes = z.record(z.string(), z.string())

/**
 * Items that are deployments of workflows that are here already; null: all whose names are the same.
 * The preview is made anew, and says how each compares with the newest version.
 */
export async function matchItems(
  deps: RequestImportDeps,
  call: Call,
  input: { readonly importId: string; readonly matches: readonly Match[] | null },
): Promise<void> {
  const { importId } = input
  await inTx(forOrg(deps.db, call.orgId), async (tx) => {
    const row = await lockImport(tx, importId)
    assertState(row, 'preview')
    const items = await listMatchableItems(tx, importId)
    const workflows = await listMatchable(tx, row.environment_id)
    const matches = input.matches ?? sameNames(items, workflows)
    assertMatchable(matches, items, workflows)
    const at = await databaseNow(tx.q)
    for (const match of matches) await matchOne(tx, importId, { match, items, workflows, at })
    await resetItems(tx, importId, at)
    await updateImport(tx, importId, { state: 'naming', next_attempt_at: at, updated_at: at })
    await recordAudit(tx, call, {
      action: 'import.match',
      subjectType: 'import',
      subjectId: importId,
      after: { items: matches.length },
      at,
    })
  })
}

function sameNames(items: Items, workflows: readonly MatchableWorkflow[]): readonly Match[] {
  const byName = Map.groupBy(workflows, ({ name }) => name)
  return items.flatMap((item) => {
    const [only, ...more] = byName.get(item.name) ?? []
    const isNew = item.base_version === null
    return only && more.length === 0 && isNew
      ? [{ itemNo: item.item_no, workflowId: only.workflow_id }]
      : []
  })
}

function assertMatchable(
  matches: readonly Match[],
  items: Items,
  workflows: readonly MatchableWorkflow[],
): void {
  const numbers = new Set(items.map((item) => item.item_no))
  const ids = new Set(workflows.map((workflow) => workflow.workflow_id))
  const matched = new Set(matches.map(({ itemNo }) => itemNo))
  const taken = items.filter((item) => item.base_version !== null && !matched.has(item.item_no))
  const seen = { numbers: new Set<number>(), ids: new Set(taken.map((item) => item.workflow_id)) }
  const issues = matches.flatMap(({ itemNo, workflowId }, index): Issue[] => {
    const [isTwice, isTaken] = [seen.numbers.has(itemNo), seen.ids.has(workflowId)]
    seen.numbers.add(itemNo)
    seen.ids.add(workflowId)
    if (!numbers.has(itemNo)) return [issue(index, 'item_no', `there is no item ${itemNo}`)]
    if (isTwice) return [issue(index, 'item_no', `item ${itemNo} stands twice`)]
    if (!ids.has(workflowId)) return [issue(index, 'workflow_id', notMatchable(workflowId))]
    if (isTaken) return [issue(index, 'workflow_id', `another item is "${workflowId}"`)]
    return []
  })
  const none = matches.length === 0 ? [{ ...NONE, pointer: '/items' }] : issues
  if (none.length > 0)
    throw new AppError('invalid', 'request.invalid', 'not all of that can be matched', {
      issues: none,
    })
}

const NONE = {
  code: 'import.not_matched',
  message: 'no item has the name of one workflow that is not deployed there',
}

function notMatchable(workflowId: string): string {
  return `"${workflowId}" is no workflow with a version that is not deployed in this environment`
}

function issue(index: number, field: string, message: string): Issue {
  return { pointer: `/items/${index}/${field}`, code: 'import.not_matched', message }
}

async function matchOne(
  tx: OrgTx,
  importId: string,
  {
    match: { itemNo, workflowId },
    items,
    workflows,
    at,
  }: {
    readonly match: Match
    readonly items: Items
    readonly workflows: readonly MatchableWorkflow[]
    readonly at: Date
  },
): Promise<void> {
  const item = items.find((each) => each.item_no === itemNo)
  const version = workflows.find((each) => each.workflow_id === workflowId)?.latest_version
  if (!item || version === undefined) return
  const { document } = await readVersion(tx, workflowId, version)
  const { definition } = readJson(LiveState, item.live ?? '')
  const codes = readJsonOrNull(TaskCodes, item.task_codes) ?? {}
  await updateItem(
    tx,
    { importId, itemNo },
    {
      workflow_id: workflowId,
      base_version: version,
      task_codes: writeJson(matchedKeys(definition.tasks, document, codes)),
      updated_at: at,
    },
  )
}
