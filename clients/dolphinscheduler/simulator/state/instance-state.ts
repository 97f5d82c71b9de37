import type { Instance, Phase, TaskRun } from './model.ts'

const FINAL: ReadonlySet<string> = new Set(['SUCCESS', 'FAILURE', 'STOP', 'PAUSE'])

export function phaseAt(instance: Instance, now: number): Phase {
  const phase = instance.phases.findLast(({ at }) => at <= now) ?? instance.phases[0]
  return phase ?? { at: now, state: 'SUBMITTED_SUCCESS', desc: '' }
}

export function stateAt(instance: Instance, now: number): string {
  return phaseAt(instance, now).state
}

/** Whether it has come to its end; a state that only looks final on the way does not count. */
export function isOver(instance: Instance, now: number): boolean {
  const last = instance.phases.at(-1)
  return last !== undefined && last.at <= now && FINAL.has(last.state)
}

export function endTimeAt(instance: Instance, now: number): number | null {
  const phase = phaseAt(instance, now)
  return FINAL.has(phase.state) ? phase.at : null
}

export function taskStateAt(run: TaskRun, now: number): string {
  if (now >= run.endAt) return run.finalState
  if (now >= run.startAt) return 'RUNNING_EXECUTION'
  return run.task.fields.delayTime > 0 ? 'DELAY_EXECUTION' : 'SUBMITTED_SUCCESS'
}

/** The newest try of each task, of those sent off by `now`. */
export function newestRuns(instance: Instance, now: number): readonly TaskRun[] {
  const sent = instance.tasks.filter(({ submitAt }) => submitAt <= now)
  return [...new Map(sent.map((run) => [run.task.fields.code, run])).values()]
}
