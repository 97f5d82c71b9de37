import { z } from 'zod'
import type { ShapeFault } from '#src/lib/shape-faults.ts'

type Place = Pick<ShapeFault, 'path' | 'message'>

const Item = z.object({
  workflowDefinition: z.object({
    tenantId: z.number().nullish().catch(null),
    tenantCode: z.string().nullish().catch(null),
    locations: z.string().nullish().catch(null),
  }),
})

/** What a person can set and no document says, or the file says by an id alone. */
export function leftOut(item: unknown): readonly Place[] {
  const parsed = Item.safeParse(item)
  if (!parsed.success) return []
  const { tenantId, tenantCode, locations } = parsed.data.workflowDefinition
  const isNamed = Boolean(tenantCode)
  return [
    ...(isNamed || tenantId === null || tenantId === undefined || tenantId === -1
      ? []
      : [
          place(
            'tenantId',
            `its tenant (${tenantId}), which is the environment's where it is published,`,
          ),
        ]),
    ...(isEmpty(locations) ? [] : [place('locations', 'where its tasks stand on the canvas')]),
  ]
}

function isEmpty(locations: string | null | undefined): boolean {
  return locations === null || locations === undefined || /^\s*(\[\s*\]|null)?\s*$/.test(locations)
}

function place(field: string, what: string): Place {
  return { path: ['workflowDefinition', field], message: `${what} is not carried over` }
}
