import { z } from '@hono/zod-openapi'
import { isReserved } from '../definition/reserved.ts'
import { Identifier } from '../definition/values.ts'
import type { Choice } from './choose-items.ts'

const NewId = Identifier.refine((id) => !isReserved(id), 'is reserved')

/** Which items of an import, as a request says it. */
export const ChosenItems = z.union([
  z.literal('all'),
  z
    .array(
      z.strictObject({
        item_no: z.int().min(1),
        workflow_id: NewId.optional().openapi({ description: 'Instead of the proposed id' }),
      }),
    )
    .min(1)
    .max(5000),
])

/** null: all. */
export function choicesOf(items: z.output<typeof ChosenItems>): readonly Choice[] | null {
  if (items === 'all') return null
  return items.map((item) => ({ itemNo: item.item_no, workflowId: item.workflow_id }))
}
