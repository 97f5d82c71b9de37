import type { Rules } from '../families.ts'
import type { Instance, Phase } from './model.ts'

/** From the row of an instance to its first task. */
const MASTER_MS = 200

/** When the master has taken an instance that was there at `at`. */
export function takenAt({ isStartDirect }: Rules, at: number): number {
  return at + (isStartDirect ? MASTER_MS : 0)
}

const BEGUN: Readonly<Record<string, string>> = {
  START_PROCESS: 'start a new process',
  SCHEDULER: 'start a new process from scheduler',
  REPEAT_RUNNING: 'repeat running a process',
  START_FAILURE_TASK_PROCESS: 'start process from failure task nodes',
  RECOVER_SUSPENDED_PROCESS: 'recover suspended process',
}

/** What the clock will show of an attempt from `at`. */
export function attemptPhases(
  rules: Rules,
  instance: Instance,
  { at, end }: { readonly at: number; readonly end: Omit<Phase, 'desc'> },
): Phase[] {
  const { commandType } = instance
  const begun = rules.isStartDirect ? commandType : (BEGUN[commandType] ?? 'start a new process')
  return [
    ...instance.phases.filter((phase) => phase.at <= at),
    { at: takenAt(rules, at), state: 'RUNNING_EXECUTION', desc: begun },
    ...(Number.isFinite(end.at) ? [{ ...end, desc: 'update by workflow executor' }] : []),
  ]
}
