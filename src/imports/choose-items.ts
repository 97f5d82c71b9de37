import type { WorkflowDocument } from '../definition/document.ts'
import { mapReferences } from '../definition/references.ts'
import { strongComponents } from '../lib/strong-components.ts'
import { needingOf, spreadErrors, type ItemError, type Needing } from './needed-workflows.ts'

export interface Choosable {
  readonly itemNo: number
  readonly document: WorkflowDocument
  /** Its id is that of a workflow that is here already. */
  readonly isMatched: boolean
}

export interface Choice {
  readonly itemNo: number
  /** Instead of the proposed id. */
  readonly workflowId?: string | undefined
}

export interface Chosen {
  readonly itemNo: number
  readonly document: WorkflowDocument
  /**
   * From 1; items that need each other have the same, and what they need has a lower one. 0: it
   * cannot be adopted.
   */
  readonly groupNo: number
  /** null: it can be adopted. */
  readonly error: ItemError | null
}

export interface Known {
  /** Ids that no new workflow can have. */
  readonly used: ReadonlySet<string>
  /** Workflows that the environment holds already. */
  readonly managed: ReadonlySet<string>
  /** Every item's id as it was previewed: documents name items by these, also those left out. */
  readonly previewed: ReadonlySet<string>
}

/** The chosen documents under their ids, which whoever names them says as well. */
export function chooseItems(
  choices: readonly Choice[],
  ready: ReadonlyMap<number, Choosable>,
  { used, managed, previewed }: Known,
): readonly Chosen[] {
  const chosen = choices.flatMap(({ itemNo, workflowId }) => {
    const item = ready.get(itemNo)
    return item ? [{ ...item, id: workflowId ?? item.document.id }] : []
  })
  // Judged by the ids of the preview: who gets the id of an item that is left out is not that item.
  const needing = chosen.map(({ itemNo, document }) => needingOf(itemNo, document))
  const taken = chosen
    .filter(({ id, isMatched }) => used.has(id) && !isMatched)
    .map(({ itemNo, id }): [number, ItemError] => [itemNo, takenId(id)])
  const there = new Set([...managed].filter((id) => !previewed.has(id)))
  const errors = spreadErrors(needing, new Map(taken), there)
  const groups = groupNumbers(needing)
  const ids = new Map(chosen.map(({ document, id }) => [document.id, id]))
  return chosen.map(({ itemNo, document, id }) => {
    const error = errors.get(itemNo) ?? null
    return {
      itemNo,
      document: mapReferences({ ...document, id }, (name, { kind }) =>
        kind === 'workflow' ? (ids.get(name) ?? name) : name,
      ),
      groupNo: error ? 0 : (groups.get(document.id) ?? 0),
      error,
    }
  })
}

function takenId(id: string): ItemError {
  return { code: 'workflow.exists', message: `the id "${id}" is taken or was used before` }
}

function groupNumbers(items: readonly Needing[]): ReadonlyMap<string, number> {
  const groups = strongComponents(new Map(items.map(({ id, needed }) => [id, needed])))
  return new Map(groups.flatMap((ids, index) => ids.map((id) => [id, index + 1] as const)))
}
