import { expect, test } from 'vitest'
import { isAppError } from '../lib/errors.ts'
import { isDuplicate, translateDatabaseError } from './mysql-errors.ts'

test.each([
  ['a socket of the driver', { code: 'ECONNRESET', fatal: true }],
  ['a refused connection', { code: 'ECONNREFUSED', fatal: true }],
  ['a connection that was lost before', { fatal: true }],
  ['a server that has no room', { code: 'ER_CON_COUNT_ERROR', sqlMessage: 'Too many' }],
])('%s is a database that does not answer', (_name, fields) => {
  const error = Object.assign(new Error('x'), fields)

  expect(isAppError(translateDatabaseError(error), 'unavailable')).toBe(true)
})

test.each([
  ['an upload that was broken off', { code: 'ECONNRESET' }],
  ['a bug', {}],
  ['a query that is wrong', { code: 'ER_PARSE_ERROR', sqlMessage: 'near' }],
])('%s is not', (_name, fields) => {
  const error = Object.assign(new Error('x'), fields)

  expect(translateDatabaseError(error)).toBe(error)
})

test.each([
  ['MariaDB', "Duplicate entry 'a' for key 'rule_name'", true],
  ['MySQL', "Duplicate entry 'a' for key 'rule.rule_name'", true],
  ['another key', "Duplicate entry 'rule_name' for key 'PRIMARY'", false],
  ['a value that looks like it', "Duplicate entry 'x' for key 'rule_name'' for key 'other'", false],
])('which unique key was broken is told by the end of the message: %s', (_name, text, is) => {
  const error = Object.assign(new Error('x'), { code: 'ER_DUP_ENTRY', sqlMessage: text })

  expect(isDuplicate(error, 'rule_name')).toBe(is)
})

test.each(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT'])('%s may be sent again', (code) => {
  const error = Object.assign(new Error('x'), { code, sqlMessage: 'try restarting' })

  expect(translateDatabaseError(error)).toMatchObject({
    kind: 'unavailable',
    code: 'database.busy',
  })
})

test('a statement that the server finds too large is no database that does not answer', () => {
  const error = Object.assign(new Error('x'), { code: 'ER_NET_PACKET_TOO_LARGE', sqlMessage: 'x' })

  expect(translateDatabaseError(error)).toMatchObject({
    kind: 'too_large',
    code: 'database.too_large',
  })
})
