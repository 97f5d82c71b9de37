import type { Rules } from '../families.ts'

const NUMBERED: Readonly<Record<string, readonly [code: number, desc: string]>> = {
  SUBMITTED_SUCCESS: [0, 'submit success'],
  RUNNING_EXECUTION: [1, 'running'],
  READY_PAUSE: [2, 'ready pause'],
  PAUSE: [3, 'pause'],
  READY_STOP: [4, 'ready stop'],
  STOP: [5, 'stop'],
  FAILURE: [6, 'failure'],
  SUCCESS: [7, 'success'],
  SERIAL_WAIT: [14, 'serial wait'],
}

/** A state inside a text: up to 3.2 it is Java's own rendering. */
export function stateText({ word }: Rules, state: string): string {
  const [code, desc] = NUMBERED[state] ?? []
  if (word === 'workflow' || code === undefined || desc === undefined) return state
  return `WorkflowExecutionStatus{code=${code}, desc='${desc}'}`
}
