import type { ExportedDefinition } from '../engine/export.ts'
import { AppError, type Issue } from '../lib/errors.ts'
import type { Choice } from './choose-items.ts'
import { idsFor } from './workflow-ids.ts'

/**
 * An id for every item of a file, in its order. Whether an id is free here changes nothing, so that
 * the same file always means the same workflows, and importing it twice makes none of them twice.
 */
export function idsForFile(
  items: readonly ExportedDefinition[],
  choices: readonly Choice[] | null,
): readonly string[] {
  assertChoices(items, choices ?? [])
  const chosen = new Map((choices ?? []).map((choice) => [choice.itemNo, choice.workflowId]))
  return idsFor(
    items.map(({ live: { code, definition } }, index) => ({
      code,
      name: definition.name,
      description: definition.description,
      chosen: chosen.get(index + 1),
    })),
  )
}

function assertChoices(items: readonly ExportedDefinition[], choices: readonly Choice[]): void {
  const issues = choices.flatMap(({ itemNo, workflowId }, index): readonly Issue[] => {
    const before = choices.slice(0, index)
    const issue = (field: string, message: string): Issue => ({
      pointer: `/items/${index}/${field}`,
      code: 'import.choice',
      message,
    })
    return [
      ...(itemNo > items.length ? [issue('item_no', `the file holds ${items.length} items`)] : []),
      ...(before.some((other) => other.itemNo === itemNo)
        ? [issue('item_no', `item ${itemNo} stands here twice`)]
        : []),
      ...(workflowId !== undefined && before.some((other) => other.workflowId === workflowId)
        ? [issue('workflow_id', `another item here gets the id "${workflowId}"`)]
        : []),
    ]
  })
  if (issues.length > 0)
    throw new AppError('invalid', 'request.invalid', 'these items cannot be chosen', { issues })
}
