import type { EngineTrigger, InstanceState, NodeState } from '#src/engine/run.ts'
import { lookup } from '../compile/lookup.ts'

const INSTANCE: Readonly<Record<string, InstanceState>> = {
  SUBMITTED_SUCCESS: 'queued',
  DELAY_EXECUTION: 'queued',
  SERIAL_WAIT: 'queued',
  WAIT_TO_RUN: 'queued',
  RUNNING_EXECUTION: 'running',
  FAILOVER: 'running',
  READY_BLOCK: 'pausing',
  READY_PAUSE: 'pausing',
  PAUSE: 'paused',
  BLOCK: 'paused',
  READY_STOP: 'stopping',
  STOP: 'stopped',
  FAILURE: 'failure',
  SUCCESS: 'success',
}
const FINAL_INSTANCE: ReadonlySet<InstanceState> = new Set([
  'paused',
  'stopped',
  'failure',
  'success',
])

const NODE: Readonly<Record<string, NodeState>> = {
  SUBMITTED_SUCCESS: 'queued',
  DELAY_EXECUTION: 'queued',
  DISPATCH: 'queued',
  RUNNING_EXECUTION: 'running',
  PAUSE: 'paused',
  STOP: 'stopped',
  KILL: 'stopped',
  FAILURE: 'failure',
  // Its worker died; another task instance takes over, and this one counts as failed.
  NEED_FAULT_TOLERANCE: 'failure',
  SUCCESS: 'success',
  FORCED_SUCCESS: 'forced_success',
}
const FINAL_NODE: ReadonlySet<NodeState> = new Set([
  'paused',
  'stopped',
  'failure',
  'success',
  'forced_success',
])

export function instanceState(engineState: string): {
  readonly state: InstanceState
  readonly isFinal: boolean
} {
  const state = lookup(INSTANCE, engineState) ?? 'unknown'
  return { state, isFinal: FINAL_INSTANCE.has(state) }
}

export function nodeState(engineState: string): {
  readonly state: NodeState
  readonly isFinal: boolean
} {
  const state = lookup(NODE, engineState) ?? 'unknown'
  return { state, isFinal: FINAL_NODE.has(state) }
}

const TRIGGERS: Readonly<Record<string, EngineTrigger>> = {
  START_PROCESS: 'manual',
  START_CURRENT_TASK_PROCESS: 'manual',
  SCHEDULER: 'schedule',
  COMPLEMENT_DATA: 'backfill',
  REPEAT_RUNNING: 'rerun',
  EXECUTE_TASK: 'rerun',
  RECOVER_TOLERANCE_FAULT_PROCESS: 'recover',
  RECOVER_SUSPENDED_PROCESS: 'recover',
  START_FAILURE_TASK_PROCESS: 'recover',
}

/**
 * From the last command that ran something. Up to 3.2 a stop or pause takes that place; the
 * history (which lists of 3.1 leave out) tells the one before.
 */
export function triggerOf(command: string | null, history: string | null): EngineTrigger {
  const commands = [...(history ?? '').split(','), command ?? '']
  const ran = commands.toReversed().find((name) => Object.hasOwn(TRIGGERS, name))
  const last = lookup(TRIGGERS, command ?? '')
  return last ?? lookup(TRIGGERS, ran ?? '') ?? 'other'
}
