import type { Instance } from './model.ts'
import type { World } from './world.ts'

const KILL_MS = 250

/** Ends what runs; what was not sent off yet never will be. */
export function stopInstance(world: World, instance: Instance, now: number): void {
  const stoppedAt = now + KILL_MS
  const running = instance.tasks.filter((run) => run.startAt <= now && run.endAt > now)
  for (const { child } of running) if (child) stopInstance(world, child, now)
  cut(world, instance, { from: now, to: stoppedAt, state: 'KILL' })
  noteCommand(world, instance, 'STOP')
  const desc = 'update by workflow executor'
  const wavering = [
    { at: stoppedAt + 400, state: 'FAILURE', desc },
    { at: stoppedAt + 800, state: 'STOP', desc },
  ]
  instance.phases = [
    ...instance.phases.filter(({ at }) => at <= now),
    { at: now, state: 'READY_STOP', desc: 'stop a process by user' },
    { at: stoppedAt, state: 'STOP', desc },
    ...(world.rules.doesStopWaver && running.length > 0 ? wavering : []),
  ]
}

/** Lets what runs come to its end and sends off nothing more. */
export function pauseInstance(world: World, instance: Instance, now: number): void {
  const running = instance.tasks.filter(({ startAt, endAt }) => startAt <= now && endAt > now)
  cut(world, instance, { from: now, to: Number.POSITIVE_INFINITY, state: 'PAUSE' })
  noteCommand(world, instance, 'PAUSE')
  const end = Math.max(now, ...running.map(({ endAt }) => endAt)) + KILL_MS
  const isFailed = running.some(({ finalState }) => finalState === 'FAILURE')
  instance.phases = [
    ...instance.phases.filter(({ at }) => at <= now),
    { at: now, state: 'READY_PAUSE', desc: 'pause a process by admin' },
    { at: end, state: isFailed ? 'FAILURE' : 'PAUSE', desc: 'update by workflow executor' },
  ]
}

/** Makes a running instance fail now, whatever its tasks would have done. */
export function failInstance(world: World, instance: Instance, now: number): void {
  cut(world, instance, { from: now, to: now, state: 'FAILURE' })
  instance.phases = [
    ...instance.phases.filter(({ at }) => at <= now),
    { at: now, state: 'FAILURE', desc: 'update by workflow executor' },
  ]
}

function noteCommand(world: World, instance: Instance, command: string): void {
  if (world.rules.isStartDirect) return
  instance.commandType = command
  instance.history.push(command)
}

function cut(
  world: World,
  instance: Instance,
  { from, to, state }: { readonly from: number; readonly to: number; readonly state: string },
): void {
  const space = world.spaces.get(instance.projectCode)
  const kept = instance.tasks.filter(({ submitAt }) => submitAt <= from)
  for (const run of instance.tasks) {
    if (run.submitAt <= from) continue
    world.taskRuns.delete(run.id)
    space?.taskRuns.remove(run, run.startAt)
  }
  instance.tasks.splice(0, instance.tasks.length, ...kept)
  for (const run of kept) {
    if (run.endAt <= from || !Number.isFinite(to)) continue
    run.endAt = to
    run.finalState = state
  }
}

/** As if it had never been; also what a purge of the engine's history does. */
export function removeInstance(world: World, instance: Instance): void {
  const space = world.spaces.get(instance.projectCode)
  world.instances.delete(instance.id)
  space?.instances.remove(instance, instance.startTime)
  space?.instancesByDefinition.get(instance.definitionCode)?.remove(instance, instance.startTime)
  space?.definitions.get(instance.definitionCode)?.openInstances.delete(instance.id)
  for (const run of instance.tasks) {
    world.taskRuns.delete(run.id)
    space?.taskRuns.remove(run, run.startAt)
    if (run.child) removeInstance(world, run.child)
  }
}
