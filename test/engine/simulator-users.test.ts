import { expect, test } from 'vitest'
import { createDolphinFactory } from '#clients/dolphinscheduler/factory.ts'
import { simulatorFetch } from '#clients/dolphinscheduler/simulator/fetch.ts'
import { createSimulator } from '#clients/dolphinscheduler/simulator/simulator.ts'
import { ENGINE_FAMILIES } from '#src/engine/catalog.ts'
import type { EngineFamily } from '#src/engine/catalog.ts'
import {
  createBench,
  failureOf,
  options,
  scheduleOf,
  shell,
  startRequest,
} from './conformance/bench.ts'

const BASE = 'http://dolphin.test/dolphinscheduler'
const oneTask = { tasks: [shell('a', 'true')] }
const forbidden = (engineCode: number) => ({
  code: 'engine.forbidden',
  details: { engine_code: engineCode },
})

async function setUp(family: EngineFamily) {
  let nowMs = Date.parse('2026-03-04T10:00:00Z')
  const now = () => new Date(nowMs)
  const simulator = createSimulator({ family, now })
  const bench = await createBench({
    fetch: simulatorFetch(simulator),
    now,
    baseUrl: BASE,
    token: simulator.token,
    tenant: simulator.tenant,
    family,
    wait: async (ms) => {
      nowMs += ms
    },
  })
  return { simulator, control: simulator.control, bench, now }
}

const REFUSED_WITHOUT_GRANT = [
  ['3.1', { read: 30_002, create: 30_002, update: 30_002, start: 30_002, remove: 30_002 }],
  ['3.2', { read: 30_002, create: 30_003, update: 30_003, start: null, remove: 30_001 }],
  ['3.3', { read: 30_002, create: 30_003, update: 30_003, start: 30_002, remove: 30_001 }],
  ['3.4', { read: 30_002, create: 30_003, update: 30_003, start: 30_002, remove: 30_001 }],
] as const

test.each(REFUSED_WITHOUT_GRANT)('%s refuses a user without a grant', async (family, codes) => {
  const { bench, control } = await setUp(family)
  const { projectCode, server } = bench
  const made = await bench.createOnline(oneTask)
  await bench.engine.createSchedule(made.at, scheduleOf(bench, '0 0 3 * * ?'), options)
  const schedule = { projectCode, scheduleId: 1, definitionCode: made.at.code }
  const other = bench.engineWithToken(control.addUser('other'))
  const input = { projectCode, layout: {}, tenant: server.tenant }
  const { definition } = bench.compile(oneTask)
  const update = { ...input, definition: made.definition, code: made.at.code, taskVersions: {} }

  const failures = {
    read: await failureOf(other.findDefinition(made.at, options)),
    create: await failureOf(other.createDefinition({ ...input, definition }, options)),
    update: await failureOf(other.updateDefinition(update, options)),
    start: await failureOf(
      other.startRun(projectCode, startRequest(made.at.code, {}, server.tenant), options),
    ),
    remove: await failureOf(other.deleteSchedule(schedule, options)),
  }

  expect(await other.listProjects(options)).toEqual([])
  expect(failures).toMatchObject({
    read: forbidden(codes.read),
    create: forbidden(codes.create),
    update: forbidden(codes.update),
    start: codes.start === null ? 'it did not fail' : forbidden(codes.start),
    remove: forbidden(codes.remove),
  })
})

test.each(ENGINE_FAMILIES)(
  '%s lets a user with a grant publish, and delete only what is the own',
  async (family) => {
    const { bench, control } = await setUp(family)
    const { projectCode, projectName, server } = bench
    const made = await bench.create(oneTask)
    const other = bench.engineWithToken(control.addUser('other'))
    control.grantProject('other', projectCode)
    const { definition } = bench.compile(oneTask)
    const input = { projectCode, definition, layout: {}, tenant: server.tenant }

    const code = await other.createDefinition(input, options)
    await other.setDefinitionOnline({ projectCode, code }, options)
    await other.startRun(projectCode, startRequest(code, {}, server.tenant), options)
    await server.wait(5000)
    await other.setDefinitionOffline({ projectCode, code }, options)
    const foreign = await failureOf(other.deleteDefinition(made.at, options))
    await other.deleteDefinition({ projectCode, code }, options)

    expect(await other.listProjects(options)).toEqual([{ code: projectCode, name: projectName }])
    expect(foreign).toMatchObject(forbidden(30_001))
    expect(await other.listDefinitions(projectCode, options)).toHaveLength(1)
  },
)

test.each(ENGINE_FAMILIES)('%s tells as what a user may touch a project', async (family) => {
  const { bench, control } = await setUp(family)
  const { projectCode } = bench
  const other = bench.engineWithToken(control.addUser('other'))
  const look = () => other.readProjectAccess(projectCode, options)

  const before = await look()
  control.grantProject('other', projectCode)
  const granted = await look()
  control.revokeProject('other', projectCode)
  const revoked = await look()
  const own = await other.createProject({ name: 'own', description: '' }, options)

  expect([before, granted, revoked]).toEqual(['none', 'write', 'none'])
  expect(await other.readProjectAccess(own.code, options)).toBe('write')
})

test.each(['3.2', '3.3', '3.4'] as const)(
  '%s lets a reader take a definition offline, and refuses the save that would follow',
  async (family) => {
    const { bench, control } = await setUp(family)
    const { projectCode, server } = bench
    const made = await bench.createOnline(oneTask)
    const reader = bench.engineWithToken(control.addUser('reader'))
    control.grantProject('reader', projectCode, 'read')
    const save = { projectCode, layout: {}, tenant: server.tenant, taskVersions: {} }

    const access = await reader.readProjectAccess(projectCode, options)
    await reader.setDefinitionOffline(made.at, options)
    const saved = await failureOf(
      reader.updateDefinition(
        { ...save, definition: made.definition, code: made.at.code },
        options,
      ),
    )
    const created = await failureOf(
      reader.createDefinition({ ...save, definition: bench.compile(oneTask).definition }, options),
    )

    expect(access).toBe('read')
    expect([saved, created]).toMatchObject([forbidden(30_003), forbidden(30_003)])
  },
)

test.each(ENGINE_FAMILIES)('%s shows a user the data sources that were granted', async (family) => {
  const { bench, control } = await setUp(family)
  const other = bench.engineWithToken(control.addUser('other'))
  const warehouse = control.addDataSource('warehouse', 'MYSQL')
  control.addDataSource('vault', 'MYSQL')

  const before = await other.listDataSources(options)
  control.grantDataSource('other', warehouse)
  const after = await other.listDataSources(options)

  expect(before).toEqual([])
  expect(after.map(({ name }) => name)).toEqual(['warehouse'])
  expect(await bench.engine.listDataSources(options)).toHaveLength(2)
})

test('a token is good until it expires', async () => {
  const { bench, control, now } = await setUp('3.4')
  const expiresAt = new Date(now().getTime() + 60_000)
  const other = bench.engineWithToken(control.addUser('other', { isAdmin: true, expiresAt }))

  const before = await other.probe(options)
  await bench.server.wait(60_000)
  const after = await failureOf(other.probe(options))

  expect(before).toMatchObject({ userName: 'other', isAdmin: true })
  expect(after).toMatchObject({ code: 'engine.unauthenticated' })
})

test.each(ENGINE_FAMILIES)('%s tells each user the time in the own zone', async (family) => {
  const { bench, control, simulator, now } = await setUp(family)
  const made = await bench.create(oneTask)
  const timeZone = 'Asia/Shanghai'
  const token = control.addUser('other', { isAdmin: true, timeZone })
  const factory = createDolphinFactory({
    fetch: simulatorFetch(simulator),
    now,
    callDeadlineMs: 300,
  })
  const address = { baseUrl: BASE, uiUrl: BASE, token, serverTimeZone: 'UTC', family }
  const at = async (userTimeZone: string) => {
    const { engine } = factory.connect({ ...address, userTimeZone })
    return (await engine.findDefinition(made.at, options))?.updatedAt.toISOString()
  }

  const [inOwn, inUtc] = [await at(timeZone), await at('UTC')]

  expect([inOwn, inUtc]).toEqual(['2026-03-04T10:00:00.000Z', '2026-03-04T18:00:00.000Z'])
})
