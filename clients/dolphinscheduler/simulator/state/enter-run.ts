import type { Instance, TaskRun } from './model.ts'
import type { World } from './world.ts'

/** Puts a planned try among the project's; what it runs as a sub-workflow appears with its start. */
export function enterRun(world: World, run: TaskRun): void {
  world.taskRuns.set(run.id, run)
  world.spaces.get(run.projectCode)?.taskRuns.add(run)
  const { child } = run
  if (child === null) return
  world.queue.add(run.startAt, (at) => {
    const isStillPlanned = world.taskRuns.get(run.id) === run && run.endAt > at
    if (isStillPlanned) enterChild(world, child)
  })
}

/** Found by its id and by nothing else: lists leave out what runs for a task. */
function enterChild(world: World, child: Instance): void {
  world.instances.set(child.id, child)
  world.definitions.get(child.definitionCode)?.openInstances.add(child.id)
  for (const run of child.tasks) enterRun(world, run)
}
