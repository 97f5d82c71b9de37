import { expect, test } from 'vitest'
import { AppError } from './lib/errors.ts'
import { createLog } from './log.ts'

/** As mysql2 makes them. */
function driverError(change: object): Error {
  const fields = {
    code: 'ER_DUP_ENTRY',
    errno: 1062,
    sql: "INSERT INTO org_member (name) VALUES ('a-secret')",
    sqlMessage: "Duplicate entry 'a-secret' for key 'org_member.org_member_name'",
    ...change,
  }
  return Object.assign(new Error(fields.sqlMessage), fields)
}

function logged(error: unknown) {
  const lines: string[] = []
  createLog({ level: 'info', write: (line) => lines.push(line) }).error({ err: error }, 'failed')
  return { text: lines.join(''), err: JSON.parse(lines[0] ?? '').err }
}

test('a database error is logged with its number and its key, and without a value of the query', () => {
  const { text, err } = logged(driverError({}))

  expect(text).not.toContain('a-secret')
  expect(err).toEqual({
    type: 'Error',
    code: 'ER_DUP_ENTRY',
    errno: 1062,
    message: 'the database says ER_DUP_ENTRY',
    key: 'org_member.org_member_name',
    stack: expect.stringMatching(/^at /),
  })
})

test('a foreign key is named by its constraint', () => {
  const { err } = logged(
    driverError({
      code: 'ER_ROW_IS_REFERENCED_2',
      errno: 1451,
      sqlMessage:
        'Cannot delete or update a parent row: a foreign key constraint fails (`slipway`.`alert_route`, CONSTRAINT `fk_alert_route_environment` FOREIGN KEY (`org_id`))',
    }),
  )

  expect(err).toMatchObject({ errno: 1451, key: 'fk_alert_route_environment' })
})

test('what stands behind one of our errors is told the same way', () => {
  const error = new AppError('unavailable', 'database.unavailable', 'no answer', {
    cause: driverError({}),
    details: { plan: 'a-secret' },
  })

  const { text, err } = logged(error)

  expect(text).not.toContain('a-secret')
  expect(err).toMatchObject({
    type: 'AppError',
    code: 'database.unavailable',
    message: 'no answer',
    cause: { errno: 1062 },
  })
})

test('a bug keeps its message and its stack', () => {
  const { err } = logged(new TypeError('x is not a function'))

  expect(err).toEqual({
    type: 'TypeError',
    message: 'x is not a function',
    stack: expect.stringContaining('log-error.test.ts'),
  })
})
