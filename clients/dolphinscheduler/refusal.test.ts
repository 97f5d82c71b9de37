import { expect, test } from 'vitest'
import type { Operation } from './operation.ts'
import type { RefusalClass } from './refusal.ts'
import { classify, refusalError } from './refusal.ts'

test.each<[Operation, number, string, RefusalClass]>([
  ['definition.get', 10018, 'project not found', 'not_found'],
  ['definition.get', 10190, 'This project was not found', 'not_found'],
  ['definition.get', 30002, 'no permission', 'forbidden'],
  ['definition.update', 30003, 'no write permission', 'forbidden'],
  ['definition.delete', 30001, 'not the owner', 'forbidden'],
  ['definition.update', 50008, 'does not allow edit', 'conflict'],
  // 50004 is "must be online" where something is started, and nothing known elsewhere.
  ['run.start', 50004, 'not online', 'conflict'],
  ['definition.get', 50004, 'not online', 'refused'],
  ['run.start', 50014, 'start error:The workflowDefinition should be online', 'conflict'],
  ['run.start', 50014, 'start error:Tenant: [nope] not exists', 'refused'],
  ['run.start', 10000, 'Internal Server Error: Cannot find the workflow: 1', 'not_found'],
  ['run.command', 10000, 'The workflow instance: x status is STOP, can not stop', 'conflict'],
  ['run.command', 10000, 'status is RUNNING_EXECUTION, cannot repeat running', 'conflict'],
  ['run.command', 10000, 'The workflow instance: x stop failed', 'refused'],
  ['run.command', 50006, 'Cannot perform STOP operation', 'conflict'],
  ['run.command', 50001, 'does not exist', 'not_found'],
  ['definition.delete', 10000, 'cannot be deleted because it has dependent', 'conflict'],
  ['schedule.create', 10204, 'already exist', 'conflict'],
  ['schedule.create', 10001, 'not a cron is not valid', 'refused'],
  ['schedule.delete', 50023, 'already online', 'conflict'],
  ['project.create', 10019, 'already exists', 'conflict'],
  ['project.delete', 10137, 'please delete the definitions', 'conflict'],
  ['probe.user', 10148, 'user disabled', 'unauthenticated'],
])('%s answered with %i "%s" is %s', (operation, code, message, means) => {
  expect(classify({ operation, code, message })).toBe(means)
})

test("the error carries the engine's own words", () => {
  const error = refusalError({ operation: 'run.start', code: 50004, message: 'not online' })

  expect({ kind: error.kind, code: error.code, details: error.details }).toEqual({
    kind: 'conflict',
    code: 'engine.conflict',
    details: { operation: 'run.start', engine_code: 50004, engine_message: 'not online' },
  })
})

test('of a message that never ends the beginning is told', () => {
  const message = 'x'.repeat(1_000_000)

  const error = refusalError({ operation: 'run.start', code: 10000, message })

  const told = `${'x'.repeat(2_000)}… (998000 more characters)`
  expect(error.details['engine_message']).toBe(told)
  expect(error.message).toBe(`the engine answered "run.start" with 10000: ${told}`)
})
