import fc from 'fast-check'
import { expect, test } from 'vitest'
import { someDocument } from '#test/support/documents.ts'
import { WorkflowDocument } from '../document.ts'
import { checkDocument, CHECKS } from './check-document.ts'

const context = { now: new Date('2026-03-01T10:00:00Z') }

function parse(fields: object) {
  return WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'w',
    name: 'W',
    ...fields,
  })
}

test('findings carry their check and severity, in the order of the document', () => {
  const tasks = Array.from({ length: 11 }, (_, n) => ({
    key: `t${n}`,
    type: 'shell',
    script: n === 2 || n === 10 ? 'echo ${nobody}' : 'true',
    ...(n < 10 ? { owner: 'bob' } : {}),
  }))

  const found = checkDocument(parse({ tasks }), context)

  expect(found.map(({ check, severity, pointer }) => [check, severity, pointer])).toEqual([
    ['missing_owner', 'warning', ''],
    ['unknown_parameter', 'warning', '/tasks/2/script'],
    ['missing_task_owner', 'info', '/tasks/10'],
    ['unknown_parameter', 'warning', '/tasks/10/script'],
  ])
})

test('where nobody owns anything, that is said once', () => {
  const tasks = [1, 2, 3].map((n) => ({ key: `t${n}`, type: 'shell', script: 'true' }))

  const found = checkDocument(parse({ tasks }), context)

  expect(found.map(({ check }) => check)).toEqual(['missing_owner'])
})

test('of hundreds of findings of one check the first are listed', () => {
  const tasks = Array.from({ length: 300 }, (_, n) => ({
    key: `t${n}`,
    type: 'shell',
    script: 'echo ${nobody}',
  }))

  const found = checkDocument(parse({ owner: 'alice', tasks }), context)

  expect(found).toHaveLength(201)
  expect(found[0]).toEqual({
    check: 'unknown_parameter',
    severity: 'warning',
    pointer: '',
    message: '100 more are not listed',
  })
})

test('a script of more than 64 KB is found by its bytes', () => {
  const scripts = ['x'.repeat(65_536), 'x'.repeat(65_537), '数'.repeat(21_846)]
  const tasks = scripts.map((script, n) => ({ key: `t${n}`, type: 'shell', script }))

  const found = checkDocument(parse({ owner: 'alice', tasks }), context)

  expect(found).toEqual([
    {
      check: 'huge_script',
      severity: 'warning',
      pointer: '/tasks/1/script',
      message: '64 KB of text: nobody reviews that; keep it as a resource file',
    },
    expect.objectContaining({ check: 'huge_script', pointer: '/tasks/2/script' }),
  ])
})

test('any document that parses can be checked, and its pointers lead somewhere', () => {
  fc.assert(
    fc.property(someDocument, (document) => {
      for (const { pointer } of checkDocument(document, context))
        expect(at(document, pointer)).toBeDefined()
    }),
  )
})

function at(value: unknown, pointer: string): unknown {
  const step = (here: unknown, part: string): unknown =>
    typeof here === 'object' && here !== null ? Reflect.get(here, part) : undefined
  return pointer.split('/').slice(1).reduce(step, value)
}

const MEGABYTE = 1_000_000
test.each([
  'a',
  ' ',
  'a ',
  'a.',
  'a-',
  '-a',
  '#',
  'password',
  'password=',
  'password="',
  'password: ',
  'password = a1',
  'mysql ',
  'mysql -p',
  'curl -u a:',
  'beeline ',
  `beeline "${'a'.repeat(250)}" `,
  'redis-cli -a',
  'sqlplus -s ',
  'sqlplus a/a',
  'echo a|',
  "<<'a' ",
  'a://',
  'a://b:',
  'AKIA',
  'eyJaaaaaaaaa.',
  '-----BEGIN RSA ',
  'authorization: bearer ',
  'identified by ',
  '.option("password",',
  '--token ',
  'set x',
  '${x}',
  '${',
  '$x',
  'x=',
  'x[',
  'read ',
  'for x in ',
  'export a b c ',
  '\n',
  ' \n',
  'source',
  '"\'',
  '\\"',
])('a line of a megabyte of %j is checked in time', (piece) => {
  const text = piece.repeat(Math.ceil(MEGABYTE / piece.length))
  const tasks = ['shell', 'python'].map((type) => ({ key: type, type, script: text }))
  const sql = { key: 'sql', type: 'sql', datasource: 'd', sql: text }
  const labelled = {
    key: 'http',
    type: 'http',
    url: 'h',
    headers: { Authorization: text, 'X-Token': text, password: text },
  }

  const found = checkDocument(parse({ tasks: [...tasks, sql, labelled] }), context)

  expect(found.length).toBeLessThan(50)
})

test('gates with as many ways as a body holds are checked in time', () => {
  const keys = Array.from({ length: 4000 }, (_, n) => `t${n}`)
  const many = Array.from({ length: 100_000 }, (_, n) => keys[n % keys.length])
  const gates = [
    {
      key: 'way',
      type: 'switch',
      cases: many.map((next, n) => ({ condition: `\${x} == ${n % 9}`, next })),
    },
    {
      key: 'check',
      type: 'conditions',
      needs: ['way'],
      groups: [{ items: [{ task: 'way', is: 'success' }] }],
      on_success: many,
      on_failure: many,
    },
  ]
  const branches = keys.map((key) => ({
    key,
    type: 'shell',
    script: 'true',
    needs: ['check', 'way'],
  }))

  const start = { params: { properties: { x: {} } } }
  const document = parse({ owner: 'alice', start, tasks: [...gates, ...branches] })

  const found = checkDocument(document, context)

  expect(found).toHaveLength(201)
})

test('every check has its own name', () => {
  const ids = CHECKS.map(({ id }) => id)

  expect(new Set(ids).size).toBe(ids.length)
})
