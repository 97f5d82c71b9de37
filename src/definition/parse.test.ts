import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseWorkflow, parseYaml } from './parse.ts'
import { doc, input, someDocument } from '#test/support/documents.ts'
import { upgradeDocument } from './upgrade.ts'
import { toYaml } from './yaml.ts'

function parsed(value: unknown): readonly (readonly [string, string])[] {
  const result = parseWorkflow(value)
  return result.ok ? [] : result.issues.map((issue) => [issue.pointer, issue.message] as const)
}

test('every fault of the shape is told at once, with its pointer', () => {
  const pointers = parsed({
    ...input,
    nmae: 'x',
    tasks: [
      { key: '1', type: 'shell' },
      { key: 'b', type: 'nonsense' },
    ],
    start: { sync_timeout_sec: 'x' },
  }).map(([pointer]) => pointer)

  expect(pointers).toEqual(
    expect.arrayContaining([
      '/nmae',
      '/tasks/0/key',
      '/tasks/0/script',
      '/tasks/1/type',
      '/start/sync_timeout_sec',
    ]),
  )
})

test('a document of another schema version is refused by name', () => {
  expect(parsed({ ...input, apiVersion: 'slipway/v9' })).toEqual([
    ['/apiVersion', 'this build reads slipway/v1, not "slipway/v9"'],
  ])
})

test('YAML in and out is the same document', () => {
  const again = parseYaml(toYaml(doc(), 'x v1'))

  expect(again).toEqual({ ok: true, document: doc() })
})

test.each([
  ['a: 1\na: 2', 'line 2: the key "a" stands twice'],
  [
    'a: [',
    'line 1: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['a: 1\n---\nb: 1', 'line 2: one document here; several: POST /workflows:import?dry_run=true'],
])('YAML %j is a fault with its line', (text, message) => {
  const result = parseYaml(text)

  expect(result.ok ? '' : result.issues[0]?.message).toContain(message)
})

test('an alias bomb is refused', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefgh'
      .split('')
      .map(
        (key, n) =>
          `${key}: &${key} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[n]}`).join(',')}]`,
      ),
  ].join('\n')

  expect(parseYaml(bomb).ok).toBe(false)
})

function yamlFaults(text: string): readonly string[] {
  const result = parseYaml(text)
  return result.ok ? [] : result.issues.map((issue) => issue.message)
}

test.each<[unknown, string, string]>([
  [null, '', 'must be an object, not null'],
  [[], '', 'must be an object, not a list'],
  [{ ...input, id: undefined }, '/id', 'is required'],
  [{ ...input, name: 5 }, '/name', 'must be a string, not a number'],
  [{ ...input, tags: [''] }, '/tags/0', 'must have at least 1 character'],
  [{ ...input, tags: ['x'.repeat(65)] }, '/tags/0', 'must have at most 64 characters'],
  [{ ...input, tasks: [] }, '/tasks', 'must have at least 1 item'],
  [
    { ...input, tasks: [{ key: 'a' }] },
    '/tasks/0/type',
    'must be one of shell, python, sql, procedure, http, java, sub_workflow, dependent, conditions, switch, spark, flink, datax, seatunnel, engine',
  ],
  [{ ...input, kind: 'Flow' }, '/kind', 'must be "Workflow", not "Flow"'],
  [
    { ...input, settings: { priority: 1 } },
    '/settings/priority',
    'must be one of "highest", "high", "medium", "low", "lowest", not 1',
  ],
  [
    { ...input, settings: { timeout_min: 1.5 } },
    '/settings/timeout_min',
    'must be an integer, not a number',
  ],
  [{ ...input, settings: { timeout_min: -1 } }, '/settings/timeout_min', 'must be at least 0'],
  [{ ...input, apiVersion: 1 }, '/apiVersion', 'must be "slipway/v1", not 1'],
  [
    { ...input, end: { outputs: { '1x': { from: 'load.rows_written' } } } },
    '/end/outputs/1x',
    'the name must be a letter, then letters, digits, _ or - (at most 128)',
  ],
  [
    { ...input, start: { params: { properties: { 'x\ny': {} } } } },
    '/start/params/properties/x\ny',
    'the name must be one line, and not __proto__',
  ],
  [
    { ...input, start: { params: JSON.parse('{ "properties": { "__proto__": {} } }') } },
    '/start/params/properties/__proto__',
    'unknown field "__proto__"',
  ],
  [
    { ...input, start: { params: { properties: { x: { default: null } } } } },
    '/start/params/properties/x/default',
    'must be a string or a number or a boolean, not null',
  ],
  [
    { ...input, schedule: { cron: 'x', timezone: 'UTC', start: 'now' } },
    '/schedule/start',
    'must be a local date and time such as 2026-01-31T03:00:00',
  ],
  [
    { ...input, schedule: { cron: 'x', timezone: 'UTC', end: '2026-01-01T00:00:00Z' } },
    '/schedule/end',
    'is local to the timezone, so it ends without Z',
  ],
  [{ ...input, 'a/b~c': 1 }, '/a~1b~0c', 'unknown field "a/b~c"'],
])('a fault of the shape %#: %j is told at %s', (value, pointer, message) => {
  expect(parsed(value)).toEqual([[pointer, message]])
})

test('a fault inside of an output is told where it is, one of the output itself at the output', () => {
  const outputs = [{ nme: 'x' }, 5, '', { name: 'y', value: Number.POSITIVE_INFINITY }]
  const tasks = [{ key: 'a', type: 'shell', script: 'x', outputs }]

  expect(parsed({ ...input, tasks })).toEqual([
    ['/tasks/0/outputs/0/name', 'is required'],
    ['/tasks/0/outputs/0/nme', 'unknown field "nme"'],
    ['/tasks/0/outputs/1', 'must be a string or an object, not a number'],
    ['/tasks/0/outputs/2', 'must have at least 1 character'],
    ['/tasks/0/outputs/3/value', 'must be a string, not Infinity'],
  ])
})

test('what JSON cannot hold is no engine parameter', () => {
  const tasks = [
    { key: 'a', type: 'engine', engine_type: 'SPARK', engine_params: { n: Number.NaN } },
  ]

  expect(parsed({ ...input, tasks })).toEqual([
    [
      '/tasks/0/engine_params/n',
      'must be a string or a number or a boolean or null or an array or an object, not NaN',
    ],
  ])
})

test('a value that is nested too deep is refused before anything walks it', () => {
  let deep: unknown = 1
  for (let depth = 0; depth < 20_000; depth += 1) deep = [deep]

  expect(parsed({ ...input, tags: deep })).toEqual([
    [`/tags${'/0'.repeat(32)}`, 'nested deeper than 32'],
  ])
  expect(yamlFaults(`a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`)).toEqual(['nested too deep'])
})

test('a key that copies would lose is refused', () => {
  const text = '{"settings": {"__proto__": {"x": 1}}}'

  expect(parsed(JSON.parse(text))).toEqual([['/settings/__proto__', 'unknown field "__proto__"']])
})

test('no value makes reading throw', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(typeof parseWorkflow(value).ok).toBe('boolean')
      expect(typeof parseWorkflow({ ...input, tasks: value, settings: value }).ok).toBe('boolean')
    }),
  )
})

test('no text makes reading YAML throw', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom(...'a b : - [ ] { } & * ! | > " # ? ,'.split(' '), ' ', '\n'),
      }),
      (text) => {
        expect(typeof parseYaml(text).ok).toBe('boolean')
      },
    ),
  )
})

test('any document survives YAML', () => {
  fc.assert(
    fc.property(someDocument, (document) => {
      expect(parseYaml(toYaml(document, 'x v1'))).toEqual({ ok: true, document })
    }),
  )
})

test('YAML says each document in one way', () => {
  expect(toYaml(doc(), 'daily_orders v3')).toMatch(
    /^# daily_orders v3\napiVersion: slipway\/v1\nkind: Workflow\nid: daily_orders\n/,
  )
})

test.each([
  ['a: !!js/function x', ['line 1: Unresolved tag: tag:yaml.org,2002:js/function']],
  ['1: a\n"1": b', ['line 2: the key "1" stands twice']],
  ['{a: 1}: b', ['every key has to be plain text']],
  ['a: *nobody', ['Unresolved alias (the anchor must be set before the alias): nobody']],
])('YAML %j is refused', (text, messages) => {
  expect(yamlFaults(text)).toEqual(messages)
})

test('one broken bracket is told with few faults', () => {
  expect(yamlFaults('a: [\n'.repeat(100)).length).toBeLessThanOrEqual(20)
})

test('an older document is brought up step by step', () => {
  const upgrades = {
    'slipway/v0': (value: object) => ({ ...value, apiVersion: 'slipway/v0.5', kind: 'Workflow' }),
    'slipway/v0.5': (value: object) => ({ ...value, apiVersion: 'slipway/v1', id: 'x' }),
  }
  const old = Object.freeze({ apiVersion: 'slipway/v0', name: 'X' })

  expect(upgradeDocument(old, upgrades)).toEqual({
    ok: true,
    value: { apiVersion: 'slipway/v1', kind: 'Workflow', id: 'x', name: 'X' },
  })
})

test.each(['slipway/v9', 'toString'])('no step leads on from %s', (apiVersion) => {
  expect(upgradeDocument({ apiVersion }, {}).ok).toBe(false)
})
