import { z } from 'zod'
import type { ShapeFault } from '#src/lib/shape-faults.ts'

type Place = Pick<ShapeFault, 'path' | 'message'>

const Item = z.object({
  workflowDefinition: z.object({
    tenantId: z.number().nullish().catch(null),
    tenantCode: z.string().nullish().catch(null),
    locations: z.string().nullish().catch(null),
  }),
  taskDefinitionList: z.array(
    z.object({
      isCache: z.string().nullish().catch(null),
      taskExecuteType: z.string().nullish().catch(null),
    }),
  ),
})

/** Fields that a person can set and that reading a definition passes over. */
export function leftOut(item: unknown): readonly Place[] {
  const parsed = Item.safeParse(item)
  if (!parsed.success) return []
  const { workflowDefinition: definition, taskDefinitionList: tasks } = parsed.data
  const tenant = definition.tenantCode ?? definition.tenantId
  const field = typeof tenant === 'string' ? 'tenantCode' : 'tenantId'
  return [
    ...(tenant === null || tenant === undefined || tenant === -1
      ? []
      : [
          place(
            ['workflowDefinition', field],
            `its tenant (${tenant}), which is the environment's where it is published,`,
          ),
        ]),
    ...(isEmpty(definition.locations)
      ? []
      : [place(['workflowDefinition', 'locations'], 'where its tasks stand on the canvas')]),
    ...tasks.flatMap(({ isCache, taskExecuteType }, index) => [
      ...(isCache === 'YES'
        ? [place(['taskDefinitionList', index, 'isCache'], 'that the task is cached')]
        : []),
      ...(taskExecuteType === 'STREAM'
        ? [place(['taskDefinitionList', index, 'taskExecuteType'], 'that the task is a stream')]
        : []),
    ]),
  ]
}

function isEmpty(locations: string | null | undefined): boolean {
  return locations === null || locations === undefined || /^\s*(\[\s*\]|null)?\s*$/.test(locations)
}

function place(path: readonly PropertyKey[], what: string): Place {
  return { path, message: `${what} is not carried over` }
}
