import { expect, test } from 'vitest'
import { checkRunParams } from './params.ts'
import { doc } from '#test/support/documents.ts'

test('run parameters are checked against what the workflow declares', () => {
  const document = doc((d) =>
    Object.assign(d.start.params.properties, {
      n: { type: 'integer' },
      mode: { type: 'string', enum: ['a', 'b'], default: 'a' },
    }),
  )

  expect(checkRunParams(document, { n: 3, mode: 'b' })).toEqual({
    ok: true,
    values: { n: '3', mode: 'b' },
  })
  const refused = checkRunParams(document, { x: 1, mode: 'c' })
  expect(
    refused.ok ? [] : refused.issues.map((issue) => `${issue.pointer} ${issue.message}`),
  ).toEqual([
    '/params/x the workflow declares no such parameter',
    '/params/mode has to be one of a, b',
    '/params/n has no default and was not given',
  ])
})

const typed = doc((d) =>
  Object.assign(d.start.params.properties, {
    i: { type: 'integer', default: 1 },
    n: { type: 'number', default: 1 },
    b: { type: 'boolean', default: true },
  }),
)

test.each([
  [{}, {}],
  [
    { i: -3, n: 0.5, b: false },
    { i: '-3', n: '0.5', b: 'false' },
  ],
])('%j is given as %j', (given, values) => {
  expect(checkRunParams(typed, given)).toEqual({ ok: true, values })
})

test.each([
  [{ i: 1.5 }, 'has to be an integer'],
  [{ i: '3' }, 'has to be an integer'],
  [{ n: Number.NaN }, 'has to be a number'],
  [{ b: 'true' }, 'has to be a boolean'],
  [{ biz_date: null }, 'has to be a string'],
  [{ toString: 'x' }, 'the workflow declares no such parameter'],
])('%j is refused: %s', (given, message) => {
  const checked = checkRunParams(typed, given)

  expect(checked.ok ? [] : checked.issues.map((issue) => issue.message)).toEqual([message])
})
