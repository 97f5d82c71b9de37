import { expect, test } from 'vitest'
import { WorkflowDocument } from '../document.ts'
import { unusedParameter } from './unused-parameter.ts'

function unusedIn(properties: object, ...tasks: readonly object[]) {
  const document = WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'w',
    name: 'W',
    start: { params: { properties } },
    tasks: tasks.map((task, index) => ({ key: `t${index}`, ...task })),
  })
  return unusedParameter.run(document)
}

test('a parameter that no task reads is named', () => {
  const found = unusedIn({ day: {}, hour: {} }, { type: 'shell', script: 'echo ${day}' })

  expect(found).toEqual([
    {
      path: ['start', 'params', 'properties', 'hour'],
      message: 'no task reads "hour": ${hour} stands nowhere',
    },
  ])
})

test('what the shell reads as its own variable is not filled in', () => {
  const found = unusedIn({ day: {} }, { type: 'shell', script: 'echo $day ${day:-none}' })

  expect(found.map(({ message }) => message)).toEqual([
    `no task reads "day": the engine fills in \${day}, while $day is the shell's own variable`,
  ])
})

test.each([
  { type: 'sql', datasource: 'd', sql: 'delete from !{day} where 1' },
  { type: 'sql', datasource: 'd', sql: 'x', post_statements: ["select '${day}'"] },
  { type: 'http', url: 'http://h', headers: { 'X-Day': '${day}' } },
  { type: 'switch', cases: [{ condition: '${day} == 1', next: 'b' }] },
  { type: 'shell', script: 'x', params: [{ name: 'd', value: '${day}' }] },
  { type: 'engine', engine_type: 'EMR', engine_params: { a: [{ b: '--day=${day}' }] } },
  { type: 'engine', engine_type: 'K8S', engine_params: { image: 'x' } },
  { type: 'sub_workflow', workflow: 'other' },
])('it is read by %j', (task) => {
  expect(unusedIn({ day: {} }, task)).toEqual([])
})

test('another parameter may read it', () => {
  const found = unusedIn(
    { day: {}, path: { default: '/data/${day}' } },
    { type: 'shell', script: 'ls ${path}' },
  )

  expect(found).toEqual([])
})

test('any name is found in braces, and what is handed out need not be read', () => {
  const document = WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'w',
    name: 'W',
    start: {
      params: {
        properties: {
          日期: {},
          'two words': {},
          'biz.date': {},
          result: { 'x-engine-direction': 'out', default: '' },
          没有: {},
        },
      },
    },
    tasks: [{ key: 'a', type: 'shell', script: 'echo ${日期} ${two words} !{biz.date}' }],
  })

  expect(unusedParameter.run(document).map(({ path }) => path.at(-1))).toEqual(['没有'])
})
