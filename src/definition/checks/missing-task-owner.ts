import type { Check, Found } from './check.ts'

export const missingTaskOwner = {
  id: 'missing_task_owner',
  severity: 'info',
  title: 'A task without an owner, in a workflow that has none but for other tasks',
  /** Where nobody owns anything, `missing_owner` has said it all. */
  run({ owner, tasks }): readonly Found[] {
    if (owner !== undefined || tasks.every((task) => task.owner === undefined)) return []
    return tasks.flatMap((task, index) =>
      task.owner === undefined
        ? [
            {
              path: ['tasks', index],
              message: `neither the task "${task.key}" nor its workflow names an owner`,
            },
          ]
        : [],
    )
  },
} as const satisfies Check
