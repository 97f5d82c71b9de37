import { z } from 'zod'
import { Identifier } from '../values.ts'
import { common } from './common.ts'

export const SubWorkflowTask = z.strictObject({
  ...common,
  type: z.literal('sub_workflow'),
  /** Another workflow's id; it has to be deployed in the same environment. */
  workflow: Identifier,
})

const Code = z.string().regex(/^\d{1,19}$/, 'must be a code of the engine: digits')
const Relation = z.enum(['and', 'or'])

const window = {
  cycle: z.enum(['hour', 'day', 'week', 'month']),
  /** The engine's own name of the period: `today`, `last1Days`, `lastMonday`, `thisMonthBegin` … */
  date: z.string().min(1).max(64),
  /** Its outputs become parameters here; since 3.2. */
  passes_params: z.boolean().optional(),
  /** Sent as engines before 3.2.1 wrote it: without saying whether a task or a workflow is meant. */
  old_form: z.literal(true).optional(),
}

/** Waits for a workflow that Slipway deploys in the same environment, or for one of its tasks. */
const WorkflowItem = z.strictObject({
  workflow: Identifier,
  /** `workflow`: its own end, since 3.2; `all_tasks`; or one task by its key. */
  wait_for: z
    .union([z.enum(['workflow', 'all_tasks']), z.strictObject({ task: Identifier })])
    .default('all_tasks'),
  ...window,
})

/** Waits for something that is not managed here: codes of the engine, which mean nothing elsewhere. */
const ForeignItem = z.strictObject({
  engine: z.strictObject({
    project_code: Code,
    definition_code: Code,
    /** As the engine says it: 0 and -1 stand for the whole. */
    task_code: z.string().regex(/^-?\d{1,19}$/, 'must be a code of the engine: digits'),
  }),
  ...window,
})

export const DependentTask = z.strictObject({
  ...common,
  type: z.literal('dependent'),
  relation: Relation.default('and'),
  groups: z
    .array(
      z.strictObject({
        relation: Relation.default('and'),
        items: z.array(z.union([WorkflowItem, ForeignItem])).min(1),
      }),
    )
    .min(1),
  /** Since 3.2. */
  check_interval_sec: z.int().min(1).optional(),
  /** What a failure of what is waited for means; since 3.2. */
  on_failure: z.enum(['fail', 'wait']).optional(),
  failure_wait_min: z.int().min(1).optional(),
})
