import { expect, test } from 'vitest'
import type { HttpFetch } from '#clients/http/http-fetch.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import type { EngineSchedule } from '#src/engine/definition.ts'
import type { Engine } from '#src/engine/engine.ts'
import type { StartRequest } from '#src/engine/run.ts'
import { createDolphinFactory } from './factory.ts'

const options = { signal: new AbortController().signal }
const ok = (data: unknown) => ({ code: 0, msg: 'success', data })

/** An engine whose server answers by path and query; what it was asked is kept. */
function connect(
  family: EngineFamily,
  answers: Readonly<Record<string, unknown>> | Error,
  zones: { serverTimeZone?: string; userTimeZone?: string } = {},
) {
  const asked: string[] = []
  const bodies: URLSearchParams[] = []
  const fetch: HttpFetch = async (url, init) => {
    const path = decodeURIComponent(url.replace('http://engine.test/', ''))
    asked.push(`${init.method} ${path}`)
    bodies.push(new URLSearchParams(init.body))
    if (answers instanceof Error) throw answers
    const answer = answers[path]
    return {
      status: answer === undefined ? 404 : 200,
      headers: { get: (name) => (name === 'content-type' ? 'application/json' : null) },
      text: async () => JSON.stringify(answer ?? {}),
    }
  }
  const factory = createDolphinFactory({
    fetch,
    now: () => new Date(0),
    callDeadlineMs: 1000,
    sleep: async () => undefined,
  })
  const { engine } = factory.connect({
    baseUrl: 'http://engine.test',
    uiUrl: 'http://ui.test/dolphinscheduler/ui/',
    token: 'tok',
    serverTimeZone: 'UTC',
    userTimeZone: 'UTC',
    ...zones,
    family,
  })
  return { engine, asked, bodies }
}

const schedule: EngineSchedule = {
  cron: '0 0 3 * * ? *',
  timezone: 'Europe/Berlin',
  startsAt: new Date('2026-06-30T16:00:00Z'),
  endsAt: new Date('2036-01-01T00:00:00Z'),
  onFailure: 'end',
  warningType: 'failure',
  warningGroupId: 2,
  priority: 'high',
  workerGroup: 'big',
  tenant: 'root',
  environmentCode: '9',
}
const start: StartRequest = {
  definitionCode: '5',
  params: { run: 'r1' },
  onFailure: 'end',
  warningType: 'none',
  warningGroupId: 0,
  priority: 'low',
  workerGroup: 'default',
  tenant: 'root',
  environmentCode: null,
}

test('a data source is found by its exact name, over all pages, without passwords', async () => {
  const row = (id: number, name: string) => ({
    id,
    name,
    type: 'MYSQL',
    connectionParams: '{"password":"x"}',
  })
  const page = (rows: readonly object[]) => ok({ totalList: rows, total: 2 })
  const { engine, asked } = connect('3.4', {
    'datasources?pageNo=1&pageSize=100&searchVal=dw': page([row(1, 'dw_old')]),
    'datasources?pageNo=2&pageSize=100&searchVal=dw': page([row(2, 'dw')]),
  })

  const found = await engine.findDataSources('dw', options)

  expect(found).toEqual([{ id: 2, name: 'dw', type: 'MYSQL' }])
  expect(asked).toHaveLength(2)
})

test('worker groups of a project that the token may not read are a refusal, not an empty list', async () => {
  const all = { 'worker-groups/all': ok(['default']) }
  const quiet = connect('3.2', {
    ...all,
    'projects/1/worker-group': { status: 'USER_NO_OPERATION_PROJECT_PERM', msg: 'no', data: null },
  })
  const loud = connect('3.4', { ...all, 'projects/1/worker-group': { code: 30002, msg: 'no' } })

  for (const { engine } of [quiet, loud]) {
    await expect(engine.listWorkerGroups('1', options)).rejects.toMatchObject({
      code: 'engine.forbidden',
    })
  }
})

test('environments come without their content, and alert groups of 3.2 without the global one', async () => {
  const { engine } = connect('3.2', {
    'environment/query-environment-list': ok([
      { code: 77, name: 'py3', config: 'export SECRET=1', workerGroups: null },
    ]),
    'alert-groups/normal-list': ok([{ id: 1, groupName: 'ops' }]),
    'tenants/list': ok([{ id: -1, tenantCode: 'default' }]),
  })

  expect(await engine.listEnvironments(options)).toEqual([
    { code: '77', name: 'py3', workerGroups: [] },
  ])
  expect(await engine.listAlertGroups(options)).toEqual([{ id: 1, name: 'ops' }])
  expect(await engine.listTenants(options)).toEqual(['default'])
})

test('3.1 takes the tenant of the user for a definition, and does not list it', async () => {
  const { engine } = connect('3.1', { 'tenants/list': ok([{ id: 1, tenantCode: 'root' }]) })

  expect(await engine.listTenants(options)).toEqual(['root', 'default'])
})

test('a name that the database only takes for the same is not found', async () => {
  const reply = ok({
    processDefinition: {
      code: 5,
      name: 'Daily',
      version: 1,
      releaseState: 'ONLINE',
      updateTime: '2026-01-01 00:00:00',
    },
    processTaskRelationList: [],
    taskDefinitionList: [],
  })
  const { engine } = connect('3.1', {
    'projects/1/process-definition/query-by-name?name=daily': reply,
    'projects/1/process-definition/query-by-name?name=Daily': reply,
  })

  expect(await engine.findDefinitionByName({ projectCode: '1', name: 'daily' }, options)).toBeNull()
  expect(
    await engine.findDefinitionByName({ projectCode: '1', name: 'Daily' }, options),
  ).toMatchObject({ code: '5', isOnline: true })
})

test('an instance tells its dates in the zone of the user, a schedule in that of the server', async () => {
  const zones = { serverTimeZone: 'Asia/Shanghai', userTimeZone: 'America/New_York' }
  const instance = {
    id: 1,
    workflowDefinitionCode: 5,
    name: 'x',
    state: 'SUCCESS',
    startTime: '2026-07-01 12:00:00',
  }
  const row = {
    id: 3,
    workflowDefinitionCode: 5,
    startTime: '2026-07-01 00:00:00',
    endTime: '2026-07-02 00:00:00',
    crontab: '0 0 3 * * ? *',
    releaseState: 'ONLINE',
  }
  const { engine } = connect(
    '3.4',
    { 'projects/1/workflow-instances/1': ok(instance), 'projects/1/schedules/list': ok([row]) },
    zones,
  )

  const found = await engine.findInstance({ projectCode: '1', instanceId: 1 }, options)
  const [listed] = await engine.listSchedules('1', options)

  expect(found?.startedAt).toEqual(new Date('2026-07-01T16:00:00Z'))
  expect(listed?.schedule.startsAt).toEqual(new Date('2026-06-30T16:00:00Z'))
})

test('dates of a schedule are of the zone of the server, those of a filter of the user', async () => {
  const zones = { serverTimeZone: 'Asia/Shanghai', userTimeZone: 'America/New_York' }
  const { engine, asked, bodies } = connect('3.4', { 'projects/1/schedules': ok(null) }, zones)
  const window = {
    from: new Date('2026-06-30T16:00:00.500Z'),
    to: new Date('2026-06-30T17:00:00.500Z'),
  }

  await engine.createSchedule({ projectCode: '1', code: '5' }, schedule, options)
  await engine
    .listInstances(
      { projectCode: '1', definitionCode: '5', window, page: 1, pageSize: 10 },
      options,
    )
    .catch(() => undefined)

  expect(Object.fromEntries(bodies[0] ?? [])).toEqual({
    workflowDefinitionCode: '5',
    schedule:
      '{"startTime":"2026-07-01 00:00:00","endTime":"2036-01-01 08:00:00","crontab":"0 0 3 * * ? *","timezoneId":"Europe/Berlin"}',
    warningType: 'FAILURE',
    warningGroupId: '2',
    failureStrategy: 'END',
    workflowInstancePriority: 'HIGH',
    workerGroup: 'big',
    environmentCode: '9',
    tenantCode: 'root',
  })
  expect(asked[1]).toBe(
    'GET projects/1/workflow-instances?workflowDefinitionCode=5&startDate=2026-06-30+12:00:00&endDate=2026-06-30+13:00:01&pageNo=1&pageSize=10',
  )
})

test('the filter of the instance list has a name of its own up to 3.2', async () => {
  const { engine, asked } = connect('3.2', {})
  const window = { from: new Date(0), to: new Date(0) }

  await engine
    .listInstances(
      { projectCode: '1', definitionCode: '5', window, page: 1, pageSize: 10 },
      options,
    )
    .catch(() => undefined)

  expect(asked[0]).toContain('process-instances?processDefineCode=5&')
})

test('only 3.2 has trigger codes', async () => {
  const path = 'projects/1/process-instances/trigger?triggerCode=9'
  const none = connect('3.2', { [path]: ok([]) })
  const other = connect('3.3', {})

  expect(await none.engine.findInstancesOfTrigger('1', '9', options)).toEqual([])
  await expect(other.engine.findInstancesOfTrigger('1', '9', options)).rejects.toMatchObject({
    code: 'engine.unsupported',
  })
  expect(other.asked).toEqual([])
})

test('a log that is not there yet is empty, one that cannot be read is a refusal', async () => {
  const read = async (answer: unknown) => {
    const path = 'log/detail?taskInstanceId=1&skipLineNum=4&limit=10'
    const { engine } = connect('3.4', { [path]: answer })
    const at = { projectCode: '1', taskInstanceId: 1, fromLine: 4, limitLines: 10 }
    return engine.readTaskLog(at, options).catch((error: unknown) => error)
  }

  expect(await read({ code: 10191, msg: 'host is null' })).toEqual({ text: '', nextLine: 4 })
  expect(await read({ code: 10103, msg: 'LogPath is empty' })).toEqual({ text: '', nextLine: 4 })
  expect(await read({ code: 10103, msg: 'connection refused' })).toMatchObject({
    code: 'engine.refused',
  })
})

const at = { projectCode: '1', code: '5' }
const scheduleAt = { projectCode: '1', scheduleId: 3, definitionCode: '5' }
const save = {
  projectCode: '1',
  definition: {
    name: 'w',
    description: '',
    params: [],
    concurrency: 'parallel',
    timeoutMin: 0,
    tasks: [],
    edges: [],
  },
  layout: {},
  tenant: 'root',
} as const

test.each<[string, number, (engine: Engine) => Promise<unknown>]>([
  ['reading', 3, async (engine) => engine.findDefinition(at, options)],
  [
    'the list of schedules, which is a POST',
    3,
    async (engine) => engine.listSchedules('1', options),
  ],
  ['bringing online', 3, async (engine) => engine.setDefinitionOnline(at, options)],
  [
    'taking a schedule offline',
    3,
    async (engine) => engine.setScheduleOffline(scheduleAt, options),
  ],
  ['saving a schedule', 3, async (engine) => engine.updateSchedule(scheduleAt, schedule, options)],
  ['creating', 1, async (engine) => engine.createDefinition(save, options)],
  [
    'saving, which makes a version each time',
    1,
    async (engine) => engine.updateDefinition({ ...save, code: '5', taskVersions: {} }, options),
  ],
  ['creating a schedule', 1, async (engine) => engine.createSchedule(at, schedule, options)],
  ['starting', 1, async (engine) => engine.startRun('1', start, options)],
  [
    'a command',
    1,
    async (engine) => engine.commandRun({ projectCode: '1', instanceId: 1 }, 'rerun', options),
  ],
  ['deleting', 1, async (engine) => engine.deleteDefinition(at, options)],
])('%s is tried %i times when no answer comes', async (_what, times, act) => {
  const { engine, asked } = connect('3.4', new TypeError('fetch failed'))

  const error = await act(engine).catch((failure: unknown) => failure)

  expect(error).toMatchObject({ code: 'engine.no_answer', details: { sent: true } })
  expect(asked).toHaveLength(times)
})

test('links lead to the pages of the engine', () => {
  const { engine } = connect('3.1', {})

  expect(engine.definitionLink(at)).toBe(
    'http://ui.test/dolphinscheduler/ui/projects/1/workflow/definitions/5',
  )
  expect(engine.instanceLink({ projectCode: '1', instanceId: 8, definitionCode: '5' })).toBe(
    'http://ui.test/dolphinscheduler/ui/projects/1/workflow/instances/8?code=5',
  )
})
