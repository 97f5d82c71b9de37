import { expect, test } from 'vitest'
import { z } from 'zod'
import { plainMessage } from './plain-message.ts'
import { shapeFaults } from './shape-faults.ts'

const Choice = z.object({ items: z.union([z.enum(['all']), z.array(z.object({ no: z.int() }))]) })

function faults(schema: z.ZodType, value: unknown): readonly (readonly [string, string])[] {
  const { error } = schema.safeParse(value, { error: plainMessage })
  return shapeFaults(error?.issues ?? []).map(({ path, message }) => [path.join('/'), message])
}

test.each([
  [{}, 'items', 'is required: "all" or an array'],
  [{ items: 'some' }, 'items', 'must be "all" or an array, not a string'],
  [{ items: 7 }, 'items', 'must be "all" or an array, not a number'],
  [{ items: [{ no: '1' }] }, 'items/0/no', 'must be a number, not a string'],
])('of a choice of forms, %j is told all of them, or what is wrong in its own', (...all) => {
  const [value, path, message] = all

  expect(faults(Choice, value)).toEqual([[path, message]])
})

test.each([
  [z.object({ a: z.string() }), {}, 'a', 'is required'],
  [z.enum(['x', 'y']), 'z', '', 'must be one of "x", "y", not "z"'],
  [z.coerce.number(), 'z', '', 'must be a number, not NaN'],
  [z.number().min(1), 0, '', 'must be at least 1'],
  [z.string().min(1), '', '', 'must have at least 1 character'],
  [z.url(), 'z', '', 'must be an http or https URL'],
  [
    z.iso.datetime({ offset: true }),
    'yesterday',
    '',
    'must be a date and time such as 2026-01-31T03:00:00Z or 2026-01-31T03:00:00+08:00',
  ],
])('a fault is told in plain words (%#)', (schema, value, path, message) => {
  expect(faults(schema, value)).toEqual([[path, message]])
})
