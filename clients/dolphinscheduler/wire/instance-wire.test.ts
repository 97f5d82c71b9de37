import { expect, test } from 'vitest'
import { v31 } from '../dialects/v31.ts'
import { v34 } from '../dialects/v34.ts'
import { INSTANCE_STATES, NODE_STATES } from '#src/engine/run.ts'
import { instanceState, nodeState, triggerOf } from './states.ts'
import { taskInstanceRow } from './task-instance-wire.ts'

test.each([
  ['{"StartParams":"{\\"a\\":\\"b\\",\\"n\\":5}"}', { a: 'b', n: '5' }],
  ['{"schedule_timezone":"UTC"}', {}],
  ['{"StartParams":"broken"}', {}],
  ['{}', {}],
  [null, {}],
])('3.1 and 3.2 keep start parameters as text in text: %s', (commandParam, params) => {
  expect(v31.readStartParams(commandParam)).toEqual(params)
})

test.each([
  ['{"commandParams":[{"prop":"a","direct":"IN","type":"VARCHAR","value":"b"}]}', { a: 'b' }],
  ['{"commandParams":[{"prop":"a","value":null}]}', { a: '' }],
  ['{"commandParams":null}', {}],
  [null, {}],
])('since 3.3 they are a list: %s', (commandParam, params) => {
  expect(v34.readStartParams(commandParam)).toEqual(params)
})

test('a state that nobody knows is unknown, and never final', () => {
  expect(instanceState('SOMETHING')).toEqual({ state: 'unknown', isFinal: false })
  expect(nodeState('SOMETHING')).toEqual({ state: 'unknown', isFinal: false })
})

test('every state of ours is reached by one of the engine', () => {
  const engineStates =
    'SUBMITTED_SUCCESS RUNNING_EXECUTION READY_PAUSE PAUSE READY_STOP STOP KILL FAILURE SUCCESS FORCED_SUCCESS NONE'.split(
      ' ',
    )

  const instances = new Set(engineStates.map((each) => instanceState(each).state))
  const nodes = new Set(engineStates.map((each) => nodeState(each).state))

  expect([...instances].sort()).toEqual([...INSTANCE_STATES].sort())
  expect([...nodes].sort()).toEqual([...NODE_STATES].sort())
})

test.each([
  ['START_PROCESS', 'START_PROCESS', 'manual'],
  ['SCHEDULER', null, 'schedule'],
  ['COMPLEMENT_DATA', null, 'backfill'],
  ['REPEAT_RUNNING', 'SCHEDULER', 'rerun'],
  ['START_FAILURE_TASK_PROCESS', 'SCHEDULER', 'recover'],
  // Up to 3.2 a stop takes the place of what was stopped.
  ['STOP', 'SCHEDULER,STOP', 'schedule'],
  ['STOP', 'START_PROCESS,REPEAT_RUNNING,STOP', 'rerun'],
  ['STOP', null, 'other'],
  [null, null, 'other'],
])('command %s after %s is a start by %s', (command, history, trigger) => {
  expect(triggerOf(command, history)).toBe(trigger)
})

function outputs(varPool: unknown, localParams: readonly object[] | null) {
  const row = taskInstanceRow('UTC').parse({
    id: 1,
    workflowInstanceId: 2,
    taskCode: 3,
    name: 't',
    taskType: 'SHELL',
    state: 'SUCCESS',
    varPool,
    taskParams: JSON.stringify({ localParams, rawScript: '' }),
  })
  return row.outputs
}

const rows = { prop: 'rows', direct: 'OUT', type: 'VARCHAR', value: '42' }

test('outputs are what the task declares, not what it inherited', () => {
  expect(outputs(JSON.stringify([rows]), [{ ...rows, value: '' }])).toEqual({ rows: '42' })
  expect(outputs(JSON.stringify([rows]), [])).toEqual({})
  expect(outputs(JSON.stringify([rows]), [{ ...rows, direct: 'IN' }])).toEqual({})
  expect(outputs(null, null)).toEqual({})
})
