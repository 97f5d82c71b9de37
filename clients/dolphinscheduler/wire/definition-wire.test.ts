import { expect, test } from 'vitest'
import { definitionDetail } from './definition-wire.ts'
import { renameFields } from './fields.ts'
import { v31 } from '../dialects/v31.ts'

const Detail = definitionDetail('UTC')

interface Changes {
  readonly workflow?: object
  readonly task?: object
  readonly params?: object
  readonly relations?: readonly object[]
}

const root = { preTaskCode: 0, postTaskCode: 11, conditionType: 'NONE', conditionParams: {} }
const edge = { ...root, preTaskCode: 11, postTaskCode: 12 }

function wire({ workflow, task, params, relations }: Changes = {}) {
  const taskParams = { localParams: [], rawScript: 'echo', resourceList: [], ...params }
  const first = {
    code: 11,
    version: 3,
    name: 'a',
    description: '',
    taskType: 'SHELL',
    taskParams,
    flag: 'YES',
    taskPriority: 'MEDIUM',
    workerGroup: 'default',
    environmentCode: -1,
    failRetryTimes: 0,
    failRetryInterval: 1,
    timeoutFlag: 'CLOSE',
    timeoutNotifyStrategy: null,
    timeout: 0,
    delayTime: 0,
    taskGroupId: 0,
    taskGroupPriority: 0,
    cpuQuota: -1,
    memoryMax: -1,
    ...task,
  }
  return {
    workflowDefinition: {
      code: 1,
      name: 'w',
      version: 4,
      releaseState: 'OFFLINE',
      description: 'd slipway:x',
      globalParams: '[{"prop":"p","direct":"IN","type":"VARCHAR","value":"1"}]',
      updateTime: '2026-11-21 00:00:00',
      userName: null,
      timeout: 0,
      executionType: 'PARALLEL',
      ...workflow,
    },
    workflowTaskRelationList: relations ?? [root, edge],
    taskDefinitionList: [first, { ...first, code: 12, name: 'b' }],
  }
}

function read(changes: Changes = {}): string {
  return JSON.stringify(Detail.parse(wire(changes)).definition)
}

test.each<[string, Changes]>([
  ['another order of relations', { relations: [edge, root] }],
  ['a relation that comes twice', { relations: [root, edge, root] }],
  [
    'other versions, conditions and names on relations',
    { relations: [{ ...root, preTaskVersion: 7, name: 'x' }, edge] },
  ],
  ['another version and time', { workflow: { version: 9, updateTime: '2027-01-01 00:00:00' } }],
  ['the words of a task like any other', { task: { taskExecuteType: 'BATCH', isCache: 'NO' } }],
  ['where its tasks stand', { workflow: { locations: '[{"taskCode":11,"x":1,"y":2}]' } }],
  ['a tenant that only its id tells', { workflow: { tenantId: 1, tenantCode: null } }],
  ['online state', { workflow: { releaseState: 'ONLINE' } }],
  [
    'spacing and unknown keys in global parameters',
    {
      workflow: {
        globalParams: '[ {"value":"1","prop":"p","direct":"IN","type":"VARCHAR","x":2} ]',
      },
    },
  ],
  ['a version of a task', { task: { version: 8 } }],
  ['no environment as 0 or null', { task: { environmentCode: 0 } }],
  [
    'fields that the engine leaves out',
    {
      task: {
        workerGroup: null,
        taskPriority: null,
        flag: null,
        description: null,
        cpuQuota: null,
        memoryMax: null,
      },
    },
  ],
  [
    'the notify strategy of a timeout that is off',
    { task: { timeoutNotifyStrategy: 'WARN', timeout: 5 } },
  ],
  [
    'the dependence that 3.1 writes beside the parameters',
    { task: { dependence: '{}', taskParamList: [], taskParamMap: null } },
  ],
  [
    'parameters as text',
    { task: { taskParams: '{"rawScript":"echo","localParams":[],"resourceList":[]}' } },
  ],
  [
    'nulls and blanks in parameters',
    { params: { dependence: null, conditionResult: null, udfs: '', localParams: null } },
  ],
])('noise vanishes: %s', (_what, changes) => {
  expect(read(changes)).toBe(read())
})

test.each<[string, Changes]>([
  ['the name', { workflow: { name: 'v' } }],
  ['the description', { workflow: { description: 'e slipway:x' } }],
  ['the marker', { workflow: { description: 'd' } }],
  [
    'a global parameter',
    { workflow: { globalParams: '[{"prop":"p","direct":"IN","type":"VARCHAR","value":"2"}]' } },
  ],
  ['the concurrency', { workflow: { executionType: 'SERIAL_WAIT' } }],
  ['the timeout', { workflow: { timeout: 5 } }],
  ['an edge', { relations: [root, { ...root, postTaskCode: 12 }] }],
  ['a script', { params: { rawScript: 'echo 2' } }],
  ['a space in a script', { params: { rawScript: 'echo ' } }],
  [
    'a local parameter',
    { params: { localParams: [{ prop: 'x', direct: 'OUT', type: 'VARCHAR', value: '' }] } },
  ],
  ['a resource', { params: { resourceList: [{ id: 3 }] } }],
  ['an unknown setting', { params: { dryRunOnly: true } }],
  ['a false where nothing was', { params: { sendEmail: false } }],
  ['the type of a task', { task: { taskType: 'PYTHON' } }],
  ['a disabled task', { task: { flag: 'NO' } }],
  ['a priority', { task: { taskPriority: 'HIGH' } }],
  ['a worker group', { task: { workerGroup: 'big' } }],
  ['an environment', { task: { environmentCode: 5 } }],
  ['retries', { task: { failRetryTimes: 2 } }],
  ['the pause between retries', { task: { failRetryInterval: 2 } }],
  ['a timeout', { task: { timeoutFlag: 'OPEN', timeout: 5, timeoutNotifyStrategy: 'FAILED' } }],
  ['a delay', { task: { delayTime: 1 } }],
  ['a task group', { task: { taskGroupId: 1 } }],
  ['a quota', { task: { cpuQuota: 50 } }],
  ['a stream', { task: { taskExecuteType: 'STREAM' } }],
  ['a cached task', { task: { isCache: 'YES' } }],
  ['a tenant', { workflow: { tenantId: 2, tenantCode: 'etl' } }],
  ['the tenant of the user', { workflow: { tenantId: -1, tenantCode: null } }],
  ['a limit of memory', { task: { memoryMax: 50 } }],
])('a change shows: %s', (_what, changes) => {
  expect(read(changes)).not.toBe(read())
})

test('the old names of 3.1 say the same, and names inside of parameters stay', () => {
  const { workflowDefinition, workflowTaskRelationList, taskDefinitionList } = wire({
    task: { taskType: 'SUB_PROCESS' },
    params: { processDefinitionCode: 7 },
  })
  const old = {
    processDefinition: workflowDefinition,
    processTaskRelationList: workflowTaskRelationList,
    taskDefinitionList,
  }

  const { definition } = Detail.parse(renameFields(old, v31.renamedFields))

  expect(definition.tasks[0]).toMatchObject({
    type: 'SUB_WORKFLOW',
    params: { processDefinitionCode: 7 },
  })
})

test.each([
  ['[{"taskCode":11,"x":1.5,"y":-2},{"taskCode":12,"x":null,"y":0},7]', { 11: { x: 1.5, y: -2 } }],
  ['{broken', {}],
  ['', {}],
  [null, {}],
])('of the places %s as many are read as can be', (locations, layout) => {
  expect(Detail.parse(wire({ workflow: { locations } })).layout).toEqual(layout)
})

test('where no tenant was chosen the one of the user is named, and is not what was chosen', () => {
  const { definition } = Detail.parse(wire({ workflow: { tenantId: -1, tenantCode: 'root' } }))

  expect(definition.tenant).toBe('default')
})

test('a code that a double cannot hold, an unknown word and a broken text are refused', () => {
  expect(() => read({ task: { code: 2 ** 60 } })).toThrow()
  expect(() => read({ workflow: { executionType: 'SOMEHOW' } })).toThrow('unknown word')
  expect(() => read({ task: { taskExecuteType: 'SOMEHOW' } })).toThrow('unknown word')
  expect(() => read({ workflow: { globalParams: '{' } })).toThrow('not a list')
  expect(() => read({ task: { taskParams: '{' } })).toThrow('not a JSON object')
})
