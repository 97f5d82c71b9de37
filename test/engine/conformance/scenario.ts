import { createSimulator } from '#clients/dolphinscheduler/simulator/simulator.ts'
import type { Simulator } from '#clients/dolphinscheduler/simulator/simulator.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import { must } from '#src/lib/must.ts'

/** The last answer of each kind that a walk through everything brings about. */
export interface Heard {
  readonly kind: string
  readonly status: number
  readonly body: unknown
}

type Fields = Readonly<Record<string, string | number>>
interface Walk {
  readonly family: EngineFamily
  readonly simulator: Simulator
  readonly word: 'process' | 'workflow'
  readonly wait: (ms: number) => void
  readonly call: (method: string, path: string, fields?: Fields) => { code: number; data: unknown }
}

export function walkThrough(family: EngineFamily): ReadonlyMap<string, Heard> {
  let nowMs = Date.parse('2026-11-21T01:42:55.100Z')
  const heard = new Map<string, Heard>()
  const simulator = createSimulator({
    family,
    now: () => new Date(nowMs),
    onReply: ({ kind, status, body }) => {
      heard.set(kind, { kind, status, body: parse(body) })
    },
  })
  const walk: Walk = {
    family,
    simulator,
    word: family === '3.1' || family === '3.2' ? 'process' : 'workflow',
    wait: (ms) => {
      nowMs += ms
    },
    call: (method, path, fields = {}) => callSimulator(simulator, { method, path, fields }),
  }
  walkCatalog(walk)
  const project = walkProjects(walk)
  walkSchedules(walk, project)
  walkRuns(walk, project)
  walkDefinitions(walk, project)
  return heard
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

function callSimulator(
  simulator: Simulator,
  { method, path, fields }: { method: string; path: string; fields: Fields },
) {
  const form = new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  const answer = simulator.handle({
    method,
    pathname: `/dolphinscheduler${path}`,
    query: method === 'GET' ? form : '',
    token: simulator.token,
    form: method === 'GET' ? '' : form,
  })
  const body = answer.kind === 'reply' ? parse(answer.reply.body) : null
  return { code: numberAt(body, 'code'), data: fieldOf(body, 'data') }
}

function fieldOf(value: unknown, name: string): unknown {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return entries.find(([key]) => key === name)?.[1]
}

function numberAt(value: unknown, name: string): number {
  const found = fieldOf(value, name)
  return typeof found === 'number' ? found : 0
}

const page = { pageNo: 1, pageSize: 10 }

function walkCatalog({ call, simulator }: Walk): void {
  simulator.control.addEnvironment('py3', ['default'])
  for (const path of [
    '/users/get-user-info',
    '/tenants/list',
    '/worker-groups/all',
    '/environment/query-environment-list',
    '/alert-groups/list',
    '/alert-groups/normal-list',
    '/ui-plugins/query-product-info',
  ]) {
    call('GET', path)
  }
  call('GET', '/datasources', { ...page, searchVal: 'x' })
}

function walkProjects({ call, word }: Walk): string {
  const created = call('POST', '/projects', { projectName: 'lab', description: 'lab' })
  const project = `/projects/${numberAt(created.data, 'code')}`
  call('POST', '/projects', { projectName: 'lab' })
  call('GET', '/projects', page)
  call('GET', '/projects', { pageNo: 1 })
  call('GET', '/projects/created-and-authed')
  call('GET', `/projects/999/${word}-definition/simple-list`)
  call('POST', `/projects/999/${word}-definition`, definition({ name: 'x', tasks: 1 }))
  return project
}

function definition(what: { name: string; tasks: number; script?: string; more?: Fields }): Fields {
  const codes = Array.from({ length: what.tasks }, (_, index) => 1000 + index)
  const tasks = codes.map((code, index) => ({
    code,
    name: `t${index + 1}`,
    description: '',
    taskType: 'SHELL',
    taskParams: { localParams: [], rawScript: what.script ?? 'echo 1', resourceList: [] },
    isCache: 'NO',
    cpuQuota: -1,
    memoryMax: -1,
    timeoutNotifyStrategy: '',
    taskExecuteType: 'BATCH',
  }))
  const edges = codes.map((code, index) => ({
    preTaskCode: codes[index - 1] ?? 0,
    postTaskCode: code,
  }))
  return {
    name: what.name,
    description: '',
    globalParams: '[]',
    locations: '[{"taskCode":1000,"x":1,"y":1}]',
    timeout: 0,
    taskRelationJson: JSON.stringify(edges),
    taskDefinitionJson: JSON.stringify(tasks),
    executionType: 'PARALLEL',
    tenantCode: 'root',
    ...what.more,
  }
}

const GLOBAL = '[{"prop":"a","direct":"IN","type":"VARCHAR","value":"world"}]'

function create(walk: Walk, project: string, fields: Fields): { code: number; base: string } {
  const created = walk.call('POST', `${project}/${walk.word}-definition`, fields)
  const code = numberAt(created.data, 'code')
  return { code, base: `${project}/${walk.word}-definition/${code}` }
}

function walkSchedules(walk: Walk, project: string): void {
  const { call, word } = walk
  const { code, base } = create(walk, project, definition({ name: 'wf-timed', tasks: 1 }))
  const fields = {
    [`${word}DefinitionCode`]: code,
    schedule: JSON.stringify({
      startTime: '2026-01-01 00:00:00',
      endTime: '2036-01-01 00:00:00',
      crontab: '0 0 3 * * ? *',
      timezoneId: 'UTC',
    }),
    warningGroupId: 0,
    tenantCode: 'default',
  }
  const schedules = `${project}/schedules`
  call('POST', schedules, fields)
  call('POST', `${base}/release`, { releaseState: 'ONLINE' })
  const bad = { ...fields, schedule: fields.schedule.replace('0 0 3 * * ? *', 'not a cron') }
  call('POST', schedules, bad)
  const one = `${schedules}/${numberAt(call('POST', schedules, fields).data, 'id')}`
  const two = numberAt(call('POST', schedules, fields).data, 'id')
  if (two > 0) {
    call('POST', `${base}/release`, { releaseState: 'OFFLINE' })
    call('DELETE', `${schedules}/${two}`)
  }
  call('GET', schedules, { ...page, [`${word}DefinitionCode`]: code })
  call('POST', `${schedules}/list`)
  call('POST', `${schedules}/999/online`)
  call('DELETE', `${schedules}/999`)
  call('PUT', `${schedules}/999`, fields)
  call('POST', schedules, { ...fields, [`${word}DefinitionCode`]: 4242 })
  for (const state of ['online', 'online']) call('POST', `${one}/${state}`)
  call('PUT', one, fields)
  call('DELETE', one)
  for (const state of ['offline', 'offline']) call('POST', `${one}/${state}`)
  call('PUT', one, fields)
  call('POST', `${base}/release`, { releaseState: 'OFFLINE' })
  call('POST', `${one}/online`)
  call('DELETE', one)
}

function walkRuns(walk: Walk, project: string): void {
  const { call, family, wait, word } = walk
  const ok = definition({ name: 'wf-run', tasks: 3, more: { globalParams: GLOBAL } })
  const good = create(walk, project, ok)
  const long = create(walk, project, definition({ name: 'wf-long', tasks: 2, script: 'sleep 60' }))
  const start = (code: number, more: Fields = {}): unknown =>
    call('POST', `${project}/executors/start-${word}-instance`, {
      [`${word}DefinitionCode`]: code,
      scheduleTime: '',
      failureStrategy: 'CONTINUE',
      warningType: 'NONE',
      tenantCode: 'default',
      ...more,
    }).data
  const execute = (id: number, executeType: string): unknown =>
    call('POST', `${project}/executors/execute`, { [`${word}InstanceId`]: id, executeType })
  const instances = `${project}/${word}-instances`

  start(good.code)
  call('POST', `${good.base}/release`, { releaseState: 'ONLINE' })
  call('POST', `${long.base}/release`, { releaseState: 'ONLINE' })
  start(999)
  if (family !== '3.1') start(good.code, { tenantCode: 'nope' })
  call('POST', `${project}/executors/start-${word}-instance`)
  start(long.code)
  wait(1000)
  call('GET', `${instances}/1`)
  call('POST', `${long.base}/release`, { releaseState: 'OFFLINE' })
  call('DELETE', long.base)
  execute(1, 'STOP')
  execute(1, 'NOPE')
  wait(5000)
  call('GET', `${instances}/1`)
  start(good.code)
  if (word === 'workflow') call('GET', `${instances}/2`)
  wait(10_000)
  execute(2, 'STOP')
  call('GET', `${instances}/2`)
  call('GET', `${instances}/999999`)
  const window = { startDate: '2020-01-01 00:00:00', endDate: '2036-01-01 00:00:00' }
  call('GET', instances, { ...page, ...window })
  call('GET', instances, { pageNo: 1 })
  call('GET', instances, { pageNo: 1, pageSize: 0 })
  call('GET', `${project}/task-instances`, { ...page, [`${word}InstanceId`]: 2 })
  walkLogs(walk, () => start(good.code, { workerGroup: 'nope' }))
  execute(3, 'STOP')
  wait(2000)
  const plain = create(walk, project, definition({ name: 'wf-plain', tasks: 1, script: 'exit 1' }))
  call('POST', `${plain.base}/release`, { releaseState: 'ONLINE' })
  const triggerCode = start(plain.code)
  wait(2000)
  if (typeof triggerCode === 'number') call('GET', `${instances}/trigger`, { triggerCode })
}

function walkLogs({ call, wait }: Walk, startUnserved: () => unknown): void {
  const log = { limit: 1000 }
  call('GET', '/log/detail', { ...log, taskInstanceId: 3, skipLineNum: 0 })
  call('GET', '/log/detail', { ...log, taskInstanceId: 3, skipLineNum: 5000 })
  call('GET', '/log/detail', { ...log, taskInstanceId: 999, skipLineNum: 0 })
  startUnserved()
  wait(2000)
  // The two tasks of the long run and the three of the good one came before.
  call('GET', '/log/detail', { ...log, taskInstanceId: 6, skipLineNum: 0 })
}

function walkDefinitions(walk: Walk, project: string): void {
  const { call, word } = walk
  const definitions = `${project}/${word}-definition`
  const fields = definition({ name: 'wf-ok', tasks: 3, more: { globalParams: GLOBAL } })
  const { base } = create(walk, project, fields)
  create(walk, project, fields)
  call('POST', definitions, {})
  const cycle = JSON.stringify([
    { preTaskCode: 1000, postTaskCode: 1001 },
    { preTaskCode: 1001, postTaskCode: 1000 },
  ])
  for (const more of [
    { taskRelationJson: cycle },
    { taskDefinitionJson: '{not json' },
    { description: 'x'.repeat(256) },
    { taskDefinitionJson: String(fields['taskDefinitionJson']).replaceAll('"isCache":"NO",', '') },
    { taskDefinitionJson: String(fields['taskDefinitionJson']).replaceAll('"t2"', '"t1"') },
  ]) {
    call('POST', definitions, { ...fields, name: `wf-${Object.keys(more)[0] ?? ''}`, ...more })
  }
  call('GET', base)
  call('GET', `${definitions}/123`)
  call('GET', `${definitions}/query-by-name`, { name: 'wf-ok' })
  call('GET', `${definitions}/simple-list`)
  call('PUT', base, { ...fields, name: 'wf-long' })
  call('PUT', base, { ...fields, globalParams: '[]' })
  call('PUT', base, { ...fields, globalParams: '[]', releaseState: 'ONLINE' })
  call('PUT', base, fields)
  call('DELETE', base)
  call('POST', `${base}/release`, { releaseState: 'BOGUS' })
  call('DELETE', project)
  call('POST', `${base}/release`, { releaseState: 'OFFLINE' })
  call('DELETE', base)
  const other = call('POST', '/projects', { projectName: 'empty', description: '' })
  call('DELETE', `/projects/${must(numberAt(other.data, 'code'), 'a code')}`)
}
