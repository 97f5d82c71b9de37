import { createHash } from 'node:crypto'
import { forOrg, type Db, type OrgTx } from '../db/database.ts'
import { findReplay, idempotently } from '../db/idempotent.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import { boundIssues } from '../lib/bound-issues.ts'
import type { Call } from '../lib/call.ts'
import { AppError, type Issue } from '../lib/errors.ts'
import { adoptWorkflow, usedIds } from '../workflows/adopt-workflow.ts'
import type { ImportNote } from './import.ts'
import {
  BLOCKING,
  readExportItems,
  type ReadExportDeps,
  type ReadExportInput,
  type ReadFile,
  type ReadItem,
} from './read-export-items.ts'

export interface ImportExportDeps extends ReadExportDeps {
  readonly db: Db
}

export interface ImportExportInput extends ReadExportInput {
  /** Also what still carries ids of where it comes from. */
  readonly acceptsUnnamed: boolean
  readonly note: string
  readonly idempotencyKey: string | undefined
}

/** What a file would become, and what of it could not be carried over; nothing is written. */
export async function previewExport(
  deps: ImportExportDeps,
  call: Call,
  input: ReadExportInput,
): Promise<ReadFile> {
  const db = forOrg(deps.db, call.orgId)
  const used = await usedIds(db)
  const { family, items } = await readExportItems(deps, call, { db, used }, input)
  return { family, items: items.map((item) => (used.has(item.workflowId) ? taken(item) : item)) }
}

function taken(item: ReadItem): ReadItem {
  const message = `the id "${item.workflowId}" is taken or was used before: choose another`
  return {
    ...item,
    state: 'blocked',
    notes: [...item.notes, { kind: 'fault', pointer: '/id', message }],
  }
}

/** The chosen definitions of a file as workflows with a first version: all of them, or none. */
export async function importExport(
  deps: ImportExportDeps,
  call: Call,
  input: ImportExportInput,
): Promise<ReadFile> {
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  const { idempotencyKey, ...request } = input
  const idempotent = {
    operation: 'importEngineExport',
    key: idempotencyKey,
    request: { digest: createHash('sha256').update(JSON.stringify(request)).digest('hex') },
    at,
  }
  const replayed = await findReplay(db, call, idempotent)
  const used = await usedIds(db)
  const { family, items } = await readExportItems(deps, call, { db, used }, input)
  const chosen = chosenOf(items, input)
  // What would keep it out by now did not then: it was imported.
  if (replayed !== null) return { family, items: chosen }
  const documents = importable(chosen, input)
  await idempotently(db, call, idempotent, async (tx) => {
    await assertFree(tx, chosen)
    // Two imports of the same ids insert them in one order.
    for (const document of documents.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
      await adoptWorkflow(tx, call, { document, author: call.actor, note: input.note, at })
    return String(documents.length)
  })
  return { family, items: chosen }
}

function chosenOf(items: readonly ReadItem[], input: ReadExportInput): readonly ReadItem[] {
  if (input.items === null) return items
  const numbers = new Set(input.items.map(({ itemNo }) => itemNo))
  return items.filter(({ itemNo }) => numbers.has(itemNo))
}

/** The documents of all that are chosen. @throws AppError with everything that keeps one of them out. */
function importable(
  chosen: readonly ReadItem[],
  { acceptsUnnamed }: ImportExportInput,
): readonly WorkflowDocument[] {
  const isInTheWay = ({ kind }: ImportNote): boolean =>
    BLOCKING.includes(kind) || (kind === 'unnamed' && !acceptsUnnamed)
  const issues = chosen.flatMap((item) =>
    item.notes.filter(isInTheWay).map((note) => issueOf(item, `import.${note.kind}`, note.message)),
  )
  if (issues.length > 0)
    throw new AppError('invalid', 'workflow.invalid', 'nothing was imported: there are faults', {
      issues: boundIssues(issues),
    })
  return chosen.flatMap(({ document }) => (document ? [document] : []))
}

/** Told of all at once; what comes between this and the insert is told by the insert. */
async function assertFree(tx: OrgTx, chosen: readonly ReadItem[]): Promise<void> {
  const used = await usedIds(tx)
  const issues = chosen
    .filter(({ workflowId }) => used.has(workflowId))
    .map((item) =>
      issueOf(item, 'workflow.exists', `the id "${item.workflowId}" is taken or was used before`),
    )
  if (issues.length > 0)
    throw new AppError('conflict', 'workflow.exists', 'nothing was imported: ids are taken', {
      issues: boundIssues(issues),
    })
}

/** Into the file, by its place there. */
function issueOf({ itemNo, name }: ReadItem, code: string, message: string): Issue {
  return { pointer: `/file/${itemNo - 1}`, code, message: `${name}: ${message}` }
}
