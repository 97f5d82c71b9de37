import { expect, test } from 'vitest'
import { setupServer } from 'msw/node'
import { simulatorFetch } from '#clients/dolphinscheduler/simulator/fetch.ts'
import { simulatorHandlers } from '#clients/dolphinscheduler/simulator/msw.ts'
import { createSimulator } from '#clients/dolphinscheduler/simulator/simulator.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import type { Bench } from './conformance/bench.ts'
import { createBench, failureOf, options, scheduleOf, shell } from './conformance/bench.ts'

async function setUp(family: EngineFamily = '3.1') {
  let nowMs = Date.parse('2026-03-04T10:00:00Z')
  const now = () => new Date(nowMs)
  const simulator = createSimulator({ family, now })
  const bench = await createBench({
    fetch: simulatorFetch(simulator),
    now,
    baseUrl: 'http://dolphin.test/dolphinscheduler',
    token: simulator.token,
    tenant: simulator.tenant,
    family,
    wait: async (ms) => {
      nowMs += ms
    },
  })
  return { simulator, control: simulator.control, bench }
}

const names = async ({ engine, projectCode }: Bench) =>
  (await engine.listDefinitions(projectCode, options)).map(({ name }) => name)

const CREATE = { method: 'POST', path: /-definition$/ }
const oneTask = { tasks: [shell('a', 'true')] }

test('a lost answer: it was done, and nobody heard', async () => {
  const { bench, control } = await setUp()
  control.failNext({ ...CREATE, kind: 'lost_answer' })

  const failure = await failureOf(bench.create({ ...oneTask, name: 'once' }))

  expect(failure).toMatchObject({ code: 'engine.no_answer', details: { sent: true } })
  expect(await names(bench)).toEqual(['once'])
})

test.each(['reset', 'status500', 'status429', 'html'] as const)(
  '%s: nothing was done',
  async (kind) => {
    const { bench, control } = await setUp()
    control.failNext({ ...CREATE, kind })

    const failure = await failureOf(bench.create(oneTask))

    expect(failure).toMatchObject({ code: 'engine.no_answer', details: { sent: true } })
    expect(await names(bench)).toEqual([])
  },
)

test('a hang lasts until the caller gives up', async () => {
  const { bench, control } = await setUp()
  control.failNext({ path: /get-user-info/, kind: 'hang', times: 3 })

  const failure = await failureOf(bench.engine.probe({ ...options, deadlineMs: 30 }))

  expect(failure).toMatchObject({ code: 'engine.no_answer', details: { reason: 'deadline' } })
})

test('a late call is done when nobody waits for it any more', async () => {
  const { bench, control } = await setUp()
  control.failNext({ ...CREATE, kind: 'late', lateMs: 5000 })
  const { definition } = bench.compile({ ...oneTask, name: 'late' })
  const { projectCode, server } = bench
  const input = { projectCode, definition, layout: {}, tenant: server.tenant }

  const failure = await failureOf(
    bench.engine.createDefinition(input, { ...options, deadlineMs: 30 }),
  )
  const before = await names(bench)
  await server.wait(5000)

  expect(failure).toMatchObject({ code: 'engine.no_answer', details: { sent: true } })
  expect([before, await names(bench)]).toEqual([[], ['late']])
})

test('a late answer reaches whoever still waits', async () => {
  const { bench, control, simulator } = await setUp()
  control.failNext({ path: /simple-list/, kind: 'late', lateMs: 5000 })

  const found = names(bench)
  await bench.server.wait(5000)
  simulator.tick()

  expect(await found).toEqual([])
})

test('a task fails or hangs as it is told, and goes its way after that', async () => {
  const { bench, control } = await setUp()
  const made = await bench.createOnline({
    tasks: [shell('a', 'true'), shell('b', 'true', { needs: ['a'] })],
  })
  control.troubleNext({ taskName: 'b', kind: 'fails' })
  const failed = await bench.settled(await bench.start(made))
  control.troubleNext({ taskName: 'a', kind: 'hangs' })

  const hanging = await bench.start(made)
  await bench.server.wait(3_600_000)

  const at = { projectCode: bench.projectCode, instanceId: hanging }
  expect(failed.state).toBe('failure')
  expect(await bench.engine.findInstance(at, options)).toMatchObject({ state: 'running' })
  expect((await bench.settled(await bench.start(made))).state).toBe('success')
})

test('twice: a start that the network repeats runs twice', async () => {
  const { bench, control } = await setUp('3.4')
  const made = await bench.createOnline(oneTask)
  control.failNext({ path: /start-/, kind: 'twice' })

  await bench.start(made)

  const window = { from: new Date('2026-03-04T00:00:00Z'), to: new Date('2026-03-05T00:00:00Z') }
  const page = await bench.engine.listInstances(
    { projectCode: bench.projectCode, window, page: 1, pageSize: 10 },
    options,
  )
  expect(page.total).toBe(2)
})

test('a fault meets as many calls as it is told, and the client tries a read again', async () => {
  const { bench, control, simulator } = await setUp()
  simulator.calls.reset()
  control.failNext({ path: /simple-list/, kind: 'reset', times: 2 })

  const found = await names(bench)

  expect(found).toEqual([])
  expect(simulator.calls.count('GET /projects/{project}/process-definition/simple-list')).toBe(3)
})

test('a server that is down was surely not asked', async () => {
  const { bench, control } = await setUp()
  control.setDown(true)

  const failure = await failureOf(bench.create(oneTask))
  control.setDown(false)

  expect(failure).toMatchObject({ details: { sent: false, reason: 'ECONNREFUSED' } })
  expect(await names(bench)).toEqual([])
})

test('what somebody does on the engine itself shows', async () => {
  const { bench, control } = await setUp('3.4')
  const { engine, projectCode } = bench
  const made = await bench.createOnline({ tasks: [shell('a', 'sleep 60')] })
  const instanceId = control.startInstance(made.at.code, { who: 'me' })
  await bench.server.wait(1000)

  control.failInstance(instanceId)
  const failed = await bench.settled(instanceId)
  control.rerun(instanceId)
  await bench.server.wait(1000)
  const again = await engine.findInstance({ projectCode, instanceId }, options)
  control.stopInstance(instanceId)
  const stopped = await bench.settled(instanceId)
  control.purgeInstance(instanceId)

  expect(failed).toMatchObject({ state: 'failure', attempt: 1, startParams: { who: 'me' } })
  expect(again).toMatchObject({ state: 'running', attempt: 2 })
  expect(stopped.state).toBe('stopped')
  expect(await engine.findInstance({ projectCode, instanceId }, options)).toBeNull()
})

test('a rerun that waits does not bring back a run that was purged meanwhile', async () => {
  const { bench, control } = await setUp('3.4')
  const { engine, projectCode } = bench
  const made = await bench.createOnline(oneTask)
  const instanceId = await bench.start(made)
  await bench.settled(instanceId)

  await engine.commandRun({ projectCode, instanceId }, 'rerun', options)
  control.purgeInstance(instanceId)
  await bench.server.wait(5000)

  const window = { from: new Date('2026-03-04T00:00:00Z'), to: new Date('2026-03-05T00:00:00Z') }
  const ask = { projectCode, window, page: 1, pageSize: 10 }
  expect(await engine.findInstance({ projectCode, instanceId }, options)).toBeNull()
  expect((await engine.listInstances(ask, options)).total).toBe(0)
  expect((await engine.listTaskInstances(ask, options)).total).toBe(0)
})

test('an unknown worker group leaves the run hanging', async () => {
  const { bench } = await setUp()
  const made = await bench.createOnline({
    tasks: [shell('a', 'true', { worker_group: 'nobody' })],
  })

  const instanceId = await bench.start(made)
  await bench.server.wait(3_600_000)

  const at = { projectCode: bench.projectCode, instanceId }
  expect(await bench.engine.findInstance(at, options)).toMatchObject({ state: 'running' })
  expect(await bench.engine.listTasksOfInstance(at, options)).toMatchObject([{ state: 'queued' }])
})

test('3.2 passes a failure on its way to a stop', async () => {
  const { bench } = await setUp('3.2')
  const made = await bench.createOnline({ tasks: [shell('a', 'sleep 60')] })
  const at = { projectCode: bench.projectCode, instanceId: await bench.start(made) }
  await bench.server.wait(1000)

  await bench.engine.commandRun(at, 'stop', options)
  const states: (string | undefined)[] = []
  for (let look = 0; look < 4; look += 1) {
    states.push((await bench.engine.findInstance(at, options))?.state)
    await bench.server.wait(300)
  }

  expect(states).toEqual(['stopping', 'stopped', 'stopped', 'failure'])
  expect((await bench.settled(at.instanceId)).state).toBe('stopped')
})

test('a retry is another task instance of the same run', async () => {
  const { bench } = await setUp()
  const made = await bench.createOnline({
    tasks: [shell('a', 'exit 1', { retry: { times: 1, interval_min: 1 } })],
  })

  const instanceId = await bench.start(made)
  await bench.server.wait(65_000)

  const end = await bench.settled(instanceId)
  const tasks = await bench.engine.listTasksOfInstance(
    { projectCode: bench.projectCode, instanceId },
    options,
  )
  expect(end.state).toBe('failure')
  expect(tasks.map(({ retryTimes }) => retryTimes).toSorted((a, b) => a - b)).toEqual([0, 1])
})

test('serial runs wait for each other', async () => {
  const { bench } = await setUp('3.4')
  const made = await bench.createOnline({
    settings: { concurrency: 'serial_wait' },
    tasks: [shell('a', 'sleep 5')],
  })
  const first = await bench.start(made)

  const second = await bench.start(made)

  const at = { projectCode: bench.projectCode, instanceId: second }
  expect(await bench.engine.findInstance(at, options)).toMatchObject({ engineState: 'SERIAL_WAIT' })
  expect((await bench.settled(first)).state).toBe('success')
  expect((await bench.settled(second)).state).toBe('success')
})

test('msw answers in its place', async () => {
  const { simulator } = await setUp('3.4')
  const server = setupServer(...simulatorHandlers(simulator, 'http://engine.msw'))
  server.listen()

  const headers = { token: simulator.token }
  const reply = await fetch('http://engine.msw/dolphinscheduler/users/get-user-info', { headers })
  server.close()

  expect(await reply.json()).toMatchObject({ code: 0, data: { userName: 'admin' } })
})

test('a switch of the version takes the definition offline, its schedule stays online', async () => {
  const { bench, control } = await setUp('3.4')
  const { engine } = bench
  const { at } = await bench.create({ ...oneTask, name: 'first' })
  const schedules = () => engine.findSchedules(at, options)
  const first = await engine.findDefinition(at, options)
  if (!first) throw new Error('it was made')
  const { definition, layout, taskVersions } = first
  const save = (name: string) =>
    engine.updateDefinition(
      { ...at, layout, taskVersions, tenant: '', definition: { ...definition, name } },
      options,
    )
  await save('second')
  await engine.setDefinitionOnline(at, options)
  await engine.createSchedule(at, scheduleOf(bench, '0 0 3 * * ?'), options)
  const [made] = await schedules()
  const scheduleId = made?.id ?? 0
  await engine.setScheduleOnline({ ...at, definitionCode: at.code, scheduleId }, options)

  control.switchVersion(at.code, 1)

  const switched = await engine.findDefinition(at, options)
  const [schedule] = await schedules()
  await save('third')
  const third = await engine.findDefinition(at, options)
  expect(switched).toMatchObject({ version: 1, isOnline: false, definition: { name: 'first' } })
  expect(schedule).toMatchObject({ id: scheduleId, isOnline: true })
  expect(third).toMatchObject({ version: 3, definition: { name: 'third' } })
})
