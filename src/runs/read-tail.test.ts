import { expect, test } from 'vitest'
import type { Engine } from '../engine/engine.ts'
import { readTail } from './read-tail.ts'

const AT = { projectCode: '1', taskInstanceId: 7 }

/** An engine that answers only for a log of so many lines. */
function engineWith(lineOf: (line: number) => string, length: number) {
  const calls: number[] = []
  const readTaskLog: Engine['readTaskLog'] = ({ fromLine, limitLines }) => {
    calls.push(fromLine)
    const count = Math.max(0, Math.min(limitLines, length - fromLine))
    const lines = Array.from({ length: count }, (_, n) => `${lineOf(fromLine + n)}\n`)
    return Promise.resolve({ text: lines.join(''), nextLine: fromLine + count })
  }
  return { calls, readTaskLog }
}

const tailOf = (log: ReturnType<typeof engineWith>) =>
  readTail(log, AT, { count: 3, signal: AbortSignal.timeout(1_000) })

test.each([0, 2, 3, 999, 1_000, 1_001, 1_500, 19_999, 20_001, 48_213, 3_000_000])(
  'the tail of a log of %i lines is its last lines, by few calls',
  async (length) => {
    const log = engineWith((line) => `line ${line}`, length)

    const tail = await tailOf(log)

    const last = [length - 3, length - 2, length - 1].filter((line) => line >= 0)
    expect(tail).toEqual(last.map((line) => `line ${line}`))
    expect(log.calls.length).toBeLessThanOrEqual(30)
  },
)

test('a log that one page holds costs two calls', async () => {
  const log = engineWith(() => 'x', 400)

  await tailOf(log)

  expect(log.calls).toEqual([1_000, 0])
})

test('empty lines are left out, and a line without end is cut', async () => {
  const log = engineWith((line) => (line % 2 === 0 ? ' ' : 'x'.repeat(5_000)), 10)

  const tail = await tailOf(log)

  expect(tail).toEqual(Array.from({ length: 3 }, () => `${'x'.repeat(2_000)}…`))
})
