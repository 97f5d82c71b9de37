import { expect, test } from 'vitest'
import { valueFaults } from './value-faults.ts'

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level += 1) value = [value]
  return value
}

test('half a surrogate pair is a fault where it stands, in a text and in a key', () => {
  const message = 'is no Unicode text: it holds half a surrogate pair'

  expect(valueFaults({ params: { a: ['x', '\ud800'] }, 'k\udc00': 1, whole: '😀' })).toEqual([
    { path: ['k\ufffd'], code: 'not_unicode', message },
    { path: ['params', 'a', '1'], code: 'not_unicode', message },
  ])
  expect(valueFaults('\ud800')).toEqual([{ path: [], code: 'not_unicode', message }])
})

test('64 levels are enough, and no more are walked', () => {
  expect(valueFaults(nested(64))).toEqual([])
  expect(valueFaults(nested(1_000_000))).toEqual([
    {
      path: Array.from({ length: 65 }, () => '0'),
      code: 'too_deep',
      message: 'nested deeper than 64',
    },
  ])
})

test('a key that copies of an object lose is a fault', () => {
  expect(valueFaults(JSON.parse('{"a": {"__proto__": {}}}'))).toEqual([
    { path: ['a', '__proto__'], code: 'unknown_field', message: 'unknown field "__proto__"' },
  ])
})
