import type { WorkflowDocument } from '../definition/document.ts'
import { mapReferences, referencesOf } from '../definition/references.ts'

export interface Choosable {
  readonly itemNo: number
  readonly document: WorkflowDocument
}

export interface Choice {
  readonly itemNo: number
  /** Instead of the proposed id. */
  readonly workflowId?: string | undefined
}

export interface ItemError {
  readonly code: 'workflow.exists' | 'import.needs'
  readonly message: string
}

export interface Chosen {
  readonly itemNo: number
  readonly document: WorkflowDocument
  /** null: it can be adopted. */
  readonly error: ItemError | null
}

export interface Known {
  /** Ids that no new workflow can have. */
  readonly used: ReadonlySet<string>
  /** Workflows that the environment holds already. */
  readonly managed: ReadonlySet<string>
}

/**
 * The chosen documents under their ids, which whoever names them says as well. One that cannot be
 * adopted takes along all that need it: none is adopted half.
 */
export function chooseItems(
  choices: readonly Choice[],
  ready: ReadonlyMap<number, Choosable>,
  { used, managed }: Known,
): readonly Chosen[] {
  const chosen = choices.flatMap(({ itemNo, workflowId }) => {
    const item = ready.get(itemNo)
    return item ? [{ ...item, id: workflowId ?? item.document.id }] : []
  })
  const ids = new Map(chosen.map(({ document, id }) => [document.id, id]))
  const documents = chosen.map(({ itemNo, document, id }) => ({
    itemNo,
    document: mapReferences({ ...document, id }, (name, { kind }) =>
      kind === 'workflow' ? (ids.get(name) ?? name) : name,
    ),
  }))
  const named = documents.map(({ itemNo, document }) => ({
    itemNo,
    id: document.id,
    needed: namedIn(document),
  }))
  const errors = new Map<number, ItemError>()
  const there = new Set([...managed, ...documents.map(({ document }) => document.id)])
  for (const { itemNo, document } of documents) {
    if (!used.has(document.id)) continue
    const message = `the id "${document.id}" is taken or was used before`
    errors.set(itemNo, { code: 'workflow.exists', message })
    if (!managed.has(document.id)) there.delete(document.id)
  }
  for (let failed = -1; failed !== errors.size;) {
    failed = errors.size
    for (const { itemNo, id, needed } of named) {
      const missing = errors.has(itemNo) ? [] : needed.filter((name) => !there.has(name))
      if (missing.length === 0) continue
      errors.set(itemNo, needs(missing))
      there.delete(id)
    }
  }
  return documents.map((each) => ({ ...each, error: errors.get(each.itemNo) ?? null }))
}

export function missingIn(
  document: WorkflowDocument,
  there: ReadonlySet<string>,
): readonly string[] {
  return namedIn(document).filter((name) => !there.has(name))
}

/** Workflows that a document names. */
function namedIn(document: WorkflowDocument): readonly string[] {
  return referencesOf(document).flatMap(({ kind, name }) => (kind === 'workflow' ? [name] : []))
}

export function needs(missing: readonly string[]): ItemError {
  const names = missing.map((name) => `"${name}"`).join(', ')
  return { code: 'import.needs', message: `adopt ${names} as well` }
}
