import { attemptPhases, takenAt } from './attempt-phases.ts'
import { enterRun } from './enter-run.ts'
import { isOver, newestRuns, stateAt } from './instance-state.ts'
import { stopInstance } from './interrupt.ts'
import type { Definition, Instance, StartFields, TaskRun } from './model.ts'
import { newInstance } from './new-instance.ts'
import { planAttempt } from './plan.ts'
import type { ProjectSpace, World } from './world.ts'
import { instanceTimeline } from './world.ts'

export interface Place {
  readonly world: World
  readonly space: ProjectSpace
}

export interface StartOrder {
  readonly definition: Definition
  readonly start: StartFields
  readonly triggerCode: string
}

/** Up to 3.2 a start is a command that the master takes later; since 3.3 the row is there at once. */
export function startRun(place: Place, order: StartOrder, now: number): Instance | null {
  const { queue, rules } = place.world
  if (rules.isStartDirect) return createInstance(place, order, now)
  const { content } = order.definition
  queue.add(now + rules.commandMs, (at) => createInstance(place, { ...order, content }, at))
  return null
}

export function createInstance(
  { world, space }: Place,
  {
    definition,
    start,
    triggerCode,
    content = definition.content,
  }: StartOrder & {
    readonly content?: Definition['content']
  },
  now: number,
): Instance {
  const { code: definitionCode } = definition
  const { code: projectCode } = space.project
  const fields = { projectCode, definitionCode, content, start, triggerCode, parent: null }
  const instance = newInstance(world, fields, now)
  world.instances.set(instance.id, instance)
  world.instanceIdsByTrigger.set(triggerCode, instance.id)
  space.instances.add(instance)
  definitionTimeline(space, definition.code).add(instance)
  beginInTurn({ world, space }, { definition, instance }, now)
  definition.openInstances.add(instance.id)
  return instance
}

export function definitionTimeline(space: ProjectSpace, code: string) {
  const known = space.instancesByDefinition.get(code)
  if (known) return known
  const made = instanceTimeline()
  space.instancesByDefinition.set(code, made)
  return made
}

/** How long an instance that waits for its turn looks away. */
const TURN_MS = 500

/** Serial workflows wait for, give way to, or stop the ones before them. */
function beginInTurn(
  place: Place,
  { definition, instance }: { readonly definition: Definition; readonly instance: Instance },
  now: number,
): void {
  const { executionType } = instance.content
  const before = openInstances(place.world, definition, now).filter(({ id }) => id < instance.id)
  if (executionType === 'PARALLEL' || before.length === 0) {
    begin(place, instance, { at: now, done: [] })
  } else if (executionType === 'SERIAL_DISCARD') {
    const desc = 'stop by serial_discard strategy'
    instance.phases = [...instance.phases, { at: now, state: 'STOP', desc }]
  } else {
    const desc = `wait by ${executionType.toLowerCase()} strategy`
    if (executionType === 'SERIAL_PRIORITY') {
      for (const other of before) stopInstance(place.world, other, now)
    }
    if (instance.phases.at(-1)?.state !== 'SERIAL_WAIT') {
      instance.phases = [...instance.phases, { at: now, state: 'SERIAL_WAIT', desc }]
    }
    place.world.queue.add(now + TURN_MS, (at) => {
      if (stateAt(instance, at) === 'SERIAL_WAIT') beginInTurn(place, { definition, instance }, at)
    })
  }
}

/** Unfinished instances of a definition; forgets those that have come to their end. */
export function openInstances(
  world: World,
  definition: Definition,
  now: number,
): readonly Instance[] {
  const open: Instance[] = []
  for (const id of definition.openInstances) {
    const instance = world.instances.get(id)
    if (instance && !isOver(instance, now)) open.push(instance)
    else definition.openInstances.delete(id)
  }
  return open
}

/** Plans an attempt from `at` and writes down what the clock will show of it. */
function begin(
  { world }: Place,
  instance: Instance,
  { at, done }: { readonly at: number; readonly done: readonly TaskRun[] },
): void {
  const plan = planAttempt(world, instance, { from: takenAt(world.rules, at), done })
  const end = { at: plan.endAt, state: plan.state }
  instance.phases = attemptPhases(world.rules, instance, { at, end })
  instance.tasks.push(...plan.runs)
  for (const run of plan.runs) enterRun(world, run)
}

/** A rerun or recovery, as the master does it when it takes the command. */
export function beginAgain(
  place: Place,
  instance: Instance,
  { command, now }: { readonly command: string; readonly now: number },
): void {
  const { world, space } = place
  const { queue, rules } = world
  const take = (at: number): void => {
    // Deleted while the command waited.
    if (world.instances.get(instance.id) !== instance) return
    instance.runTimes += 1
    instance.commandType = command
    instance.restartTime = at
    if (!rules.isStartDirect) instance.history.push(command)
    instance.commandParam = JSON.stringify({ ProcessInstanceId: String(instance.id) })
    if (command === 'REPEAT_RUNNING' && rules.doesRerunMoveStart) move(space, instance, at)
    const done =
      command === 'REPEAT_RUNNING'
        ? []
        : newestRuns(instance, at).filter(({ finalState }) => finalState === 'SUCCESS')
    begin(place, instance, { at, done })
    space.definitions.get(instance.definitionCode)?.openInstances.add(instance.id)
  }
  queue.add(now + rules.commandMs, take)
}

function move(space: ProjectSpace, instance: Instance, to: number): void {
  const own = definitionTimeline(space, instance.definitionCode)
  const from = instance.startTime
  space.instances.remove(instance, from)
  own.remove(instance, from)
  instance.startTime = to
  space.instances.add(instance)
  own.add(instance)
}
