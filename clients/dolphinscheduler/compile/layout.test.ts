import { expect, test } from 'vitest'
import { engineTask } from '#test/support/engine-task.ts'
import { layersOf, placeTasks } from './layout.ts'
import { compareCodes } from './order.ts'
import { dialectOf } from '../dialects/dialect-of.ts'
import { definitionForm } from '../wire/definition-form.ts'
import type { EngineDefinition } from '#src/engine/definition.ts'

const definition: EngineDefinition = {
  name: 'w',
  description: '',
  params: [],
  concurrency: 'parallel',
  timeoutMin: 0,
  tasks: ['1', '2', '3', '4'].map((code) => engineTask({ code, name: code })),
  edges: [
    { from: null, to: '1' },
    { from: '1', to: '2' },
    { from: '1', to: '3' },
    { from: '2', to: '4' },
    { from: '1', to: '4' },
  ],
}

test('tasks stand in the column of their longest way from a root', () => {
  expect(placeTasks(definition, {})).toEqual({
    1: { x: 100, y: 100 },
    2: { x: 360, y: 100 },
    3: { x: 360, y: 210 },
    4: { x: 620, y: 100 },
  })
})

test('a place that was given is kept', () => {
  expect(placeTasks(definition, { 3: { x: 7, y: 8 } })['3']).toEqual({ x: 7, y: 8 })
})

test('a new task stands where nobody does, and moves nobody', () => {
  const layout = { 1: { x: 777, y: 888 }, 2: { x: 350, y: 130 }, 4: { x: 620, y: 100 } }

  const places = placeTasks(definition, layout)

  expect(places).toEqual({ ...layout, 3: { x: 360, y: 320 } })
})

test('a cycle ends the walk, not the program', () => {
  const edges = [...definition.edges, { from: '4', to: '2' }]

  expect(layersOf({ tasks: definition.tasks, edges }).get('4')).toBe(1)
})

test('codes sort as numbers of any length', () => {
  expect(['100', '9', '23781756893376', '10'].sort(compareCodes)).toEqual([
    '9',
    '10',
    '100',
    '23781756893376',
  ])
})

test('a save says where tasks stand, and which are streams and cached', () => {
  const [first, ...others] = definition.tasks
  const tasks = [{ ...first, ...engineTask({ code: '1', isStream: true, isCached: true }) }]
  const save = {
    projectCode: '1',
    definition: { ...definition, tasks: [...tasks, ...others], tenant: 'etl' },
    layout: { 1: { x: 7.5, y: -8 } },
    tenant: 'root',
  }

  const forms = (['3.1', '3.2', '3.4'] as const).map((family) =>
    definitionForm(save, {}, dialectOf(family)),
  )

  expect(
    forms.map((form) => {
      const task = JSON.parse(String(form['taskDefinitionJson']))[0]
      return [task.taskExecuteType, task.isCache, form['tenantCode']]
    }),
  ).toEqual([
    ['STREAM', undefined, 'etl'],
    ['STREAM', 'YES', undefined],
    ['STREAM', undefined, undefined],
  ])
  expect(JSON.parse(String(forms[0]?.['locations']))[0]).toEqual({ taskCode: 1, x: 7.5, y: -8 })
})

test('a save sends each task with its version and every field; 3.2 alone wants isCache', () => {
  const save = { projectCode: '1', definition, layout: {}, tenant: 'root' }

  const form = definitionForm(save, { 1: 5 }, dialectOf('3.2'))
  const old = definitionForm(save, {}, dialectOf('3.1'))

  expect(JSON.parse(String(form['taskDefinitionJson']))[0]).toEqual({
    code: 1,
    name: '1',
    version: 5,
    description: '',
    delayTime: 0,
    taskType: 'SHELL',
    taskParams: { localParams: [], rawScript: 'echo', resourceList: [] },
    flag: 'YES',
    taskPriority: 'MEDIUM',
    workerGroup: 'default',
    failRetryTimes: 0,
    failRetryInterval: 1,
    timeoutFlag: 'CLOSE',
    timeoutNotifyStrategy: '',
    timeout: 0,
    environmentCode: -1,
    cpuQuota: -1,
    memoryMax: -1,
    taskGroupId: 0,
    taskGroupPriority: 0,
    taskExecuteType: 'BATCH',
    isCache: 'NO',
  })
  expect([form['tenantCode'], old['tenantCode']]).toEqual([undefined, 'root'])
  expect(String(old['taskDefinitionJson'])).not.toContain('isCache')
})
