import { z } from 'zod'
import { ENGINE_FAMILIES, type EngineFamily } from '#src/engine/catalog.ts'
import type { ShapeFault } from '#src/lib/shape-faults.ts'
import { dialectOf } from '../dialects/dialect-of.ts'
import { isMissingType } from '../dialects/task-types.ts'
import { fault } from './item-faults.ts'

/** As much of an item as tells who wrote it; nothing of it has to be there. */
const Hint = z.object({
  processDefinition: z.unknown().optional(),
  workflowDefinition: z.unknown().optional(),
  taskDefinitionList: z
    .array(
      z.object({ isCache: z.unknown().optional(), taskType: z.string().catch('') }).catch({
        taskType: '',
      }),
    )
    .catch([]),
})
type Hint = z.output<typeof Hint>

export type ToldFamily =
  | { readonly ok: true; readonly family: EngineFamily }
  | { readonly ok: false; readonly faults: readonly ShapeFault[] }

/** Which family wrote a file: its words tell two of them, what its tasks hold the one of the two. */
export function tellFamily(items: readonly unknown[], asked: EngineFamily | undefined): ToldFamily {
  const hints = items.map((item) => Hint.safeParse(item).data)
  const isOld = hints[0]?.processDefinition !== undefined
  const word = isOld ? 'processDefinition' : 'workflowDefinition'
  const faults = hints.flatMap((hint, index): readonly ShapeFault[] =>
    hint?.[word] === undefined ? [fault([index, word], `has no ${word}: is this an export?`)] : [],
  )
  if (faults.length > 0) return { ok: false, faults }
  const speaking = ENGINE_FAMILIES.filter(
    (family) => 'processDefinition' in dialectOf(family).renamedFields === isOld,
  )
  if (asked !== undefined && !speaking.includes(asked)) {
    const message = `is in the words of ${speaking.join(' and ')}, not of ${asked}`
    return { ok: false, faults: [fault([0, word], message)] }
  }
  return { ok: true, family: asked ?? likeliest(speaking, hints) }
}

function likeliest(
  speaking: readonly EngineFamily[],
  hints: readonly (Hint | undefined)[],
): EngineFamily {
  const tasks = hints.flatMap((hint) => hint?.taskDefinitionList ?? [])
  // Since 3.2 every task says whether it is cached; 3.3 dropped it again, with the old words.
  if (speaking.includes('3.1'))
    return tasks.some(({ isCache }) => isCache !== undefined) ? '3.2' : '3.1'
  const knowsAll = (family: EngineFamily): boolean =>
    tasks.every(({ taskType }) => !isMissingType(taskType, family))
  return speaking.toReversed().find(knowsAll) ?? '3.4'
}
