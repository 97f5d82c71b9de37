import { GLOBAL, create, definition, fieldOf, numberAt, page } from './walk.ts'
import type { Fields, Walk } from './walk.ts'

export function walkRuns(walk: Walk, project: string): void {
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
  call('DELETE', `${instances}/1`)
  execute(1, 'STOP')
  execute(1, 'NOPE')
  wait(5000)
  call('GET', `${instances}/1`)
  start(good.code)
  if (word === 'workflow') call('GET', `${instances}/2`)
  wait(10_000)
  execute(2, 'STOP')
  call('GET', `${instances}/2`)
  call('GET', `${instances}/2/tasks`)
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
  call('DELETE', `${instances}/2`)
  walkSubs(walk, project, start)
}

function walkSubs(
  walk: Walk,
  project: string,
  start: (code: number, more?: Fields) => unknown,
): void {
  const { call, wait, word } = walk
  const instances = `${project}/${word}-instances`
  const child = create(walk, project, definition({ name: 'wf-child', tasks: 1 }))
  const taskType = word === 'process' ? 'SUB_PROCESS' : 'SUB_WORKFLOW'
  const task = { taskType, taskParams: { [`${word}DefinitionCode`]: child.code } }
  const more = { globalParams: GLOBAL }
  const parent = create(walk, project, definition({ name: 'wf-parent', tasks: 1, task, more }))
  call('POST', `${parent.base}/release`, { releaseState: 'ONLINE' })
  call('POST', `${child.base}/release`, { releaseState: 'ONLINE' })
  call('POST', `${parent.base}/release`, { releaseState: 'ONLINE' })
  start(parent.code)
  wait(5000)
  const ran = call('GET', `${project}/task-instances`, page)
  const rows = fieldOf(ran.data, 'totalList')
  const row: unknown = Array.isArray(rows)
    ? rows.find((each: unknown) => fieldOf(each, 'taskType') === taskType)
    : null
  const taskId = numberAt(row, 'id')
  const found = call('GET', `${instances}/query-sub-by-parent`, { taskId })
  call('GET', `${instances}/query-sub-by-parent`, { taskId: 1 })
  const field = word === 'process' ? 'subProcessInstanceId' : 'subWorkflowInstanceId'
  call('GET', `${instances}/${numberAt(found.data, field)}`)
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
