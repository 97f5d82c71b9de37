import { expect, test } from 'vitest'
import type { ErrorCode } from '../lib/error-codes.ts'
import { AppError } from '../lib/errors.ts'
import { problemResponse, toProblem } from './problem.ts'

const retryAfter = (code: ErrorCode): string | null =>
  problemResponse(toProblem(new AppError('unavailable', code, 'x'), 'req_1')).headers.get(
    'retry-after',
  )

test('only what surely did nothing says when it may be sent again', () => {
  expect([retryAfter('database.busy'), retryAfter('engine.no_answer')]).toEqual(['1', null])
})
