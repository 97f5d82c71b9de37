import { expect, test } from 'vitest'
import { isAppError } from '../lib/errors.ts'
import { translateDatabaseError } from './mysql-errors.ts'

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
