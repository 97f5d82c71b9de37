import { expect, test } from 'vitest'
import { literalCondition } from './literal-condition.ts'

test.each([
  ['true', true],
  [' false ;', false],
  ['!true', false],
  ['0 > 1', false],
  ['1>=1', true],
  ['-1.5 < 0', true],
  ['"a" == "a"', true],
  [`'a' === "b"`, false],
  ['true != false', true],
  ['2 !== 2', false],
  ['1 <= 0', false],
])('%s is %s', (condition, expected) => {
  expect(literalCondition(condition)).toBe(expected)
})

test.each([
  '${x} > 1',
  '"${x}" == "1"',
  'rows > 0',
  '1',
  '"1" == 1',
  'true && ${x}',
  'false || rows',
  '0 > 1 || ${x}',
  'TRUE',
  '',
  `"${'a'.repeat(1_000_000)}" == "a"`,
])('%.40s depends', (condition) => {
  expect(literalCondition(condition)).toBeNull()
})
