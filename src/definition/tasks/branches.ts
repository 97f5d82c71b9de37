import { z } from 'zod'
import { Identifier } from '../values.ts'
import { common } from './common.ts'

const Relation = z.enum(['and', 'or'])

/** Goes one way or the other by how the tasks before it ended. Branches need this task. */
export const ConditionsTask = z.strictObject({
  ...common,
  type: z.literal('conditions'),
  relation: Relation.default('and'),
  groups: z
    .array(
      z.strictObject({
        relation: Relation.default('and'),
        items: z
          .array(z.strictObject({ task: Identifier, is: z.enum(['success', 'failure']) }))
          .min(1),
      }),
    )
    .min(1),
  on_success: z.array(Identifier).default([]),
  on_failure: z.array(Identifier).default([]),
})

/** Goes the way of the first condition that holds. Branches need this task. */
export const SwitchTask = z.strictObject({
  ...common,
  type: z.literal('switch'),
  cases: z
    .array(
      z.strictObject({
        /** JavaScript over the parameters: `${rows} > 0`. */
        condition: z.string().min(1),
        next: Identifier,
      }),
    )
    .default([]),
  /** Where no condition holds. */
  otherwise: Identifier.optional(),
})
