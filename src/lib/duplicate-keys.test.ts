import fc from 'fast-check'
import { expect, test } from 'vitest'
import { duplicateKeys } from './duplicate-keys.ts'
import { pointerOf } from './pointer.ts'

const at = (text: string) => duplicateKeys(text).map(({ path }) => pointerOf(path))

test('a key that stands twice is named at its place', () => {
  expect(duplicateKeys('{"script": "rm", "a": 1, "script": "ls"}')).toEqual([
    { path: ['script'], code: 'duplicate_key', message: 'the key "script" stands twice' },
  ])
  expect(at('{"tasks": [{"key": "a"}, {"key": "b", "x": {}, "key": "c"}]}')).toEqual([
    '/tasks/1/key',
  ])
  expect(at('[[], {"a": {"b": 1, "b": 2}, "a": 3}]')).toEqual(['/1/a/b', '/1/a'])
})

test('the same key in other letters is the same key', () => {
  expect(
    at(String.raw`{"a": 1, "\u0061": 2, "q\"": 1, "q\"": 2, "\\": "\\\\", "e": "\""}`),
  ).toEqual(['/a', '/q"'])
})

test('equal keys of different objects, and text that looks like a key, are no fault', () => {
  expect(
    at('{"a": {"a": 1}, "b": ["a", "a", {"a": "a\\", \\"a\\": "}], "c": "{\\"a\\":"}'),
  ).toEqual([])
  expect(at('"a"')).toEqual([])
})

test('whatever JSON.stringify writes has no duplicate', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(duplicateKeys(text)).toEqual([])
    }),
  )
})

test('nothing is too deep or too long for it', () => {
  expect(at('['.repeat(1_000_000))).toEqual([])
  expect(at(`"${'\\\\'.repeat(1_000_000)}"`)).toEqual([])
})
