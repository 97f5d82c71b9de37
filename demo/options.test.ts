import { expect, test } from 'vitest'
import { parseOptions } from './options.ts'

test('nothing given: the simulator, and the demo stays up', () => {
  expect(parseOptions([])).toEqual({
    isExit: false,
    port: 8003,
    engine: { kind: 'simulator', family: '3.1' },
  })
})

test('an engine of one’s own needs its token', () => {
  expect(() => parseOptions(['--engine', 'http://x/dolphinscheduler'])).toThrow('--token')
  expect(
    parseOptions(['--engine', 'http://x/dolphinscheduler/', '--token', 't', '--exit']),
  ).toEqual({
    isExit: true,
    port: 8003,
    engine: { kind: 'url', url: 'http://x/dolphinscheduler', token: 't', tenant: 'default' },
  })
})

test.each([[['--engine', 'nonsense']], [['--family', '2.0']], [['--port', 'x']], [['--what']]])(
  '%j is refused',
  (args) => {
    expect(() => parseOptions(args)).toThrow()
  },
)
