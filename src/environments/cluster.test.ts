import { expect, test } from 'vitest'
import { engineKeyOf } from './cluster.ts'

test.each([
  ['http://DS.Example.com:80/dolphinscheduler', 'http://ds.example.com/DolphinScheduler/'],
  ['http://ds.example.com.:12345/x', 'http://ds.example.com:12345/x'],
  ['http://localhost:12345/x', 'http://127.0.0.1:12345/x'],
  ['http://localhost:12345/x', 'http://127.9:12345/x'],
  ['http://localhost:12345/x', 'http://[::1]:12345/x'],
  ['http://localhost:12345/x', 'http://[::ffff:127.0.0.1]:12345/x'],
  ['http://localhost:12345/x', 'http://0.0.0.0:12345/x'],
  ['http://localhost:12345/x', 'http://ds.localhost.:12345/x'],
])('%s and %s are one engine', (one, other) => {
  expect(engineKeyOf(one)).toBe(engineKeyOf(other))
})

test.each([
  ['http://localhost:12345/x', 'http://localhost:12346/x'],
  ['http://10.0.0.1/x', 'http://10.0.0.2/x'],
  ['http://ds.example.com/a', 'http://ds.example.com/b'],
])('%s and %s are two', (one, other) => {
  expect(engineKeyOf(one)).not.toBe(engineKeyOf(other))
})
