import { z } from 'zod'
import type { ShapeFault } from '#src/lib/shape-faults.ts'
import { valueFaults } from '#src/lib/value-faults.ts'
import { RelationRow } from '../wire/definition-wire.ts'
import { Code, parseJsonText } from '../wire/fields.ts'

const Graph = z.object({
  workflowTaskRelationList: z.array(RelationRow),
  taskDefinitionList: z.array(z.object({ code: Code, taskParams: z.unknown().optional() })),
})

/** What no server writes but a hand may: tasks twice, relations to no task. */
export function itemFaults(item: unknown): readonly ShapeFault[] {
  const graph = Graph.safeParse(item)
  if (!graph.success) return []
  const { workflowTaskRelationList: relations, taskDefinitionList: tasks } = graph.data
  const codes = new Set(tasks.map(({ code }) => code))
  return [
    ...repeated(tasks.map(({ code }) => code)).map((index) =>
      fault(['taskDefinitionList', index, 'code'], 'another task here has this code'),
    ),
    ...relations.flatMap(({ from, to }, index) => {
      const at = (field: string, code: string | null): readonly ShapeFault[] =>
        code === null || codes.has(code)
          ? []
          : [fault(['workflowTaskRelationList', index, field], `no task here has the code ${code}`)]
      return [...at('preTaskCode', from), ...at('postTaskCode', to)]
    }),
    ...tasks.flatMap(({ taskParams }, index) => hiddenFaults(taskParams, index)),
  ]
}

/** Indexes of what stood earlier in the list. */
export function repeated(codes: readonly string[]): readonly number[] {
  const seen = new Set<string>()
  return codes.flatMap((code, index) => {
    if (seen.has(code)) return [index]
    seen.add(code)
    return []
  })
}

/** JSON inside of a text came past whoever looked at the file. */
function hiddenFaults(taskParams: unknown, index: number): readonly ShapeFault[] {
  if (typeof taskParams !== 'string') return []
  return valueFaults(parseJsonText(taskParams)).map(({ path, ...rest }) => ({
    ...rest,
    path: ['taskDefinitionList', index, 'taskParams', ...path],
  }))
}

export function fault(path: readonly PropertyKey[], message: string): ShapeFault {
  return { path, code: 'invalid', message }
}
