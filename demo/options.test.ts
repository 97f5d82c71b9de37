import { expect, test } from 'vitest'
import { parseOptions, USAGE } from './options.ts'

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

test.each([[['--help']], [['-h', '--exit']]])('%j asks for the usage alone', (args) => {
  expect(parseOptions(args)).toBeNull()
})

test.each<[string[], string]>([
  [['--engine', 'nonsense'], '--engine: simulator, standalone or a URL'],
  [['--engine'], "Option '--engine <value>' argument missing"],
  [['--family', '2.0'], '--family: 3.1, 3.2, 3.3 or 3.4'],
  [['--port', 'x'], '--port: not a port'],
  [['--what'], "Unknown option '--what'"],
  [['what'], "Unexpected argument 'what'"],
])('%j is refused with what is wrong and the usage', (args, sentence) => {
  expect(() => parseOptions(args)).toThrow(`${sentence}\n\n${USAGE}`)
})
