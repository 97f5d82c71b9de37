import { describe, expect, test } from 'vitest'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { isAppError } from '#src/lib/errors.ts'
import { exportOf, withValue } from '#test/support/engine-exports.ts'
import { idsOf } from '../compile/ids-of.ts'
import { readExport } from './read-export.ts'

const read = (file: unknown, family?: EngineFamily) =>
  readExport(file, { family, timeZone: 'Asia/Shanghai' })

/** What is wrong with a file, each with its place. */
function faultsOf(file: unknown, family?: EngineFamily): readonly unknown[] {
  try {
    read(file, family)
    return []
  } catch (error) {
    if (!isAppError(error, 'invalid')) throw error
    return error.issues.map(({ pointer, message }) => [pointer, message])
  }
}

describe.each(['3.1', '3.2', '3.3', '3.4'] as const)('an export of %s', (family) => {
  test('is read as its definitions are read from a server', () => {
    const { items } = read(exportOf(family), family)

    expect(items).toMatchObject([
      {
        live: {
          isOnline: true,
          definition: { name: 'Daily orders', concurrency: 'serial_wait', timeoutMin: 60 },
        },
        schedule: {
          isOnline: false,
          schedule: {
            cron: '0 0 3 * * ? *',
            timezone: 'Asia/Shanghai',
            startsAt: new Date('2025-12-31T16:00:00Z'),
            onFailure: 'end',
            warningGroupId: 1,
          },
        },
      },
      { live: { isOnline: false, definition: { name: 'Weekly report' } }, schedule: null },
    ])
    expect(items[1]?.live.definition.tasks.map(({ type }) => type)).toEqual([
      'DEPENDENT',
      'SUB_WORKFLOW',
      'SQL',
    ])
  })

  test('names every id of its installation', () => {
    const { items } = read(exportOf(family), family)
    const [first] = items
    const load = first?.live.definition.tasks.find(({ name }) => name === 'load')

    const { workflowUses, tasks, ...ids } = idsOf(items.map(({ live }) => live.definition))

    expect(new Set(workflowUses.map(({ code, taskCode }) => `${code} ${taskCode}`))).toEqual(
      new Set([`${first?.live.code} ${load?.code}`, `${first?.live.code} null`, '777 null']),
    )
    const own = items.flatMap(({ live }) => live.definition.tasks.map(({ code }) => code))
    expect(own).toEqual(expect.arrayContaining([...tasks]))
    expect(ids).toEqual({
      dataSources: [{ id: 1, type: 'MYSQL' }],
      environmentCodes: [load?.environmentCode],
      alertGroupIds: [1],
      taskGroupIds: [],
      udfFunctionIds: [],
      resources: [],
      workflows: new Map([
        [first?.live.code, [load?.code]],
        ['777', []],
      ]),
    })
  })
})

describe('the family', () => {
  test('is told by the words and by what tasks hold', () => {
    const grpc = withValue(exportOf('3.4'), [0, 'taskDefinitionList', 0, 'taskType'], 'GRPC')
    const pytorch = withValue(exportOf('3.3'), [0, 'taskDefinitionList', 0, 'taskType'], 'PYTORCH')

    const told = [exportOf('3.1'), exportOf('3.2'), grpc, pytorch, exportOf('3.3')]

    expect(told.map((file) => read(file).family)).toEqual(['3.1', '3.2', '3.4', '3.3', '3.4'])
  })

  test('that the words cannot be of is refused', () => {
    expect(faultsOf(exportOf('3.2'), '3.4')).toEqual([
      ['/0/processDefinition', 'is in the words of 3.1 and 3.2, not of 3.4'],
    ])
  })

  test('is one for the whole file', () => {
    expect(faultsOf([...exportOf('3.2'), ...exportOf('3.4')])).toMatchObject([
      ['/2/processDefinition', expect.any(String)],
      ['/3/processDefinition', expect.any(String)],
    ])
  })
})

describe('what no server writes', () => {
  test.each([
    ['an object', {}, ''],
    ['nothing', [], ''],
    ['a text', 'x', ''],
    ['a null in it', [null], '/0/workflowDefinition'],
    ['a document of ours', [{ apiVersion: 'slipway/v1' }], '/0/workflowDefinition'],
  ])('%s is refused at its place', (_name, file, pointer) => {
    expect(faultsOf(file)).toMatchObject([[pointer, expect.any(String)]])
  })

  test.each([
    [['processDefinition', 'name'], 7],
    [['processDefinition', 'globalParams'], '{'],
    [['processDefinition', 'executionType'], 'SOMETIMES'],
    [['processDefinition', 'projectCode'], null],
    [['processTaskRelationList'], {}],
    [['processTaskRelationList', 1, 'preTaskCode'], 42],
    [['processTaskRelationList', 2, 'postTaskCode'], 42],
    [['taskDefinitionList', 1, 'taskParams'], '{broken'],
    [['taskDefinitionList', 1, 'taskParams'], 5],
    [['taskDefinitionList', 0, 'code'], 2 ** 60],
    [['schedule', 'startTime'], 'yesterday'],
  ])('%j is named in the words of the file', (path, value) => {
    const file = withValue(exportOf('3.1'), [0, ...path], value)

    expect(faultsOf(file)).toContainEqual([`/0/${path.join('/')}`, expect.any(String)])
  })

  test('codes that stand twice are refused, of definitions and of tasks', () => {
    const file = exportOf('3.2')
    const { tasks } = read(file).items[0]?.live.definition ?? { tasks: [] }
    const twice = withValue(
      [...file, file[0]],
      [0, 'taskDefinitionList', 2, 'code'],
      Number(tasks[0]?.code),
    )

    const faults = faultsOf(twice)

    expect(faults).toContainEqual([
      '/0/taskDefinitionList/2/code',
      'another task here has this code',
    ])
    expect(faultsOf([...file, file[0]])).toEqual([
      ['/2/processDefinition/code', 'another definition here has this code'],
    ])
  })

  test('a prototype key in the text of parameters is found', () => {
    const file = withValue(
      exportOf('3.1'),
      [0, 'taskDefinitionList', 0, 'taskParams'],
      '{"rawScript":"x","__proto__":{"a":1}}',
    )

    expect(faultsOf(file)).toEqual([
      ['/0/taskDefinitionList/0/taskParams/__proto__', 'unknown field "__proto__"'],
    ])
  })
})

test('parameters as a text are read as those that are an object', () => {
  const [first] = read(exportOf('3.1')).items
  const file = withValue(
    exportOf('3.1'),
    [0, 'taskDefinitionList', 0, 'taskParams'],
    JSON.stringify(first?.live.definition.tasks[0]?.params),
  )

  expect(read(file).items[0]?.live.definition).toEqual(first?.live.definition)
})

test('places on the canvas and a tenant without a name are told as left out', () => {
  const named = withValue(exportOf('3.1'), [0, 'processDefinition', 'tenantCode'], 'etl')
  const ofTheUser = withValue(exportOf('3.1'), [0, 'processDefinition', 'tenantId'], -1)

  const told = [exportOf('3.2'), exportOf('3.1'), named, ofTheUser].map((file) => {
    const [item] = read(file).items
    return [item?.live.definition.tenant, item?.leftOut.map(({ pointer }) => pointer)]
  })

  const [tenant, places] = ['/0/processDefinition/tenantId', '/0/processDefinition/locations']
  expect(told).toEqual([
    [undefined, [places]],
    [undefined, [tenant, places]],
    ['etl', [places]],
    ['default', [places]],
  ])
})

test('streams and cached tasks are read as such', () => {
  const cached = withValue(exportOf('3.2'), [0, 'taskDefinitionList', 1, 'isCache'], 'YES')
  const file = withValue(cached, [0, 'taskDefinitionList', 2, 'taskExecuteType'], 'STREAM')

  const tasks = read(file).items[0]?.live.definition.tasks ?? []

  expect(tasks.filter((task) => task.isCached === true)).toHaveLength(1)
  expect(tasks.filter((task) => task.isStream === true)).toHaveLength(1)
})
