import { describe, expect, test } from 'vitest'
import type { Bench } from './bench.ts'
import { failureOf, options, scheduleOf, shell, startRequest } from './bench.ts'

export function describeAccess(benchOf: () => Bench): void {
  describe('server and catalog', () => {
    test('it tells who asks and what it is', async () => {
      const { engine, family, server } = benchOf()
      const userTimeZone = server.userTimeZone ?? 'UTC'

      const probe = await engine.probe(options)

      expect(probe).toMatchObject({ family, userName: 'admin', isAdmin: true, userTimeZone })
      expect(Math.abs(probe.skewMs)).toBeLessThan(2000)
    })

    test('its project is listed once', async () => {
      const { engine, projectCode, projectName } = benchOf()

      const projects = await engine.listProjects(options)

      expect(projects.filter(({ code }) => code === projectCode)).toEqual([
        { code: projectCode, name: projectName },
      ])
    })

    test('an admin may write its project, and a project that is not there nobody', async () => {
      const { engine, projectCode } = benchOf()

      const access = {
        own: await engine.readProjectAccess(projectCode, options),
        missing: await engine.readProjectAccess('999', options),
      }

      expect(access).toEqual({ own: 'write', missing: 'none' })
    })

    test('a project name is given once', async () => {
      const { engine, projectName } = benchOf()

      const failure = await failureOf(
        engine.createProject({ name: projectName, description: '' }, options),
      )

      expect(failure).toMatchObject({ kind: 'conflict', code: 'engine.conflict' })
    })

    test('a project that holds definitions is not deleted', async () => {
      const { engine, create, projectCode } = benchOf()
      await create({ tasks: [shell('a', 'true')] })

      const failure = await failureOf(engine.deleteProject(projectCode, options))

      expect(failure).toMatchObject({ code: 'engine.conflict' })
    })

    test('its catalog holds what every installation has', async () => {
      const { engine, projectCode, server } = benchOf()

      const catalog = {
        workerGroups: await engine.listWorkerGroups(projectCode, options),
        tenants: await engine.listTenants(options),
        environments: await engine.listEnvironments(options),
        alertGroups: await engine.listAlertGroups(options),
        dataSources: await engine.findDataSources('no such data source', options),
      }

      expect(catalog.workerGroups).toContain('default')
      expect(catalog.tenants).toContain(server.tenant)
      expect(catalog.environments).toBeInstanceOf(Array)
      expect(catalog.alertGroups.map(({ name }) => name)).toContain('default admin warning group')
      expect(catalog.dataSources).toEqual([])
    })
  })

  describe('the three outcomes', () => {
    test('a wrong token is refused, whatever is asked', async () => {
      const bench = benchOf()
      const stranger = bench.engineWithToken('no such token')

      const failures = [
        await failureOf(stranger.probe(options)),
        await failureOf(stranger.listDefinitions(bench.projectCode, options)),
        await failureOf(
          stranger.startRun(bench.projectCode, startRequest('1', {}, bench.server.tenant), options),
        ),
      ]

      for (const failure of failures) {
        expect(failure).toMatchObject({ kind: 'upstream', code: 'engine.unauthenticated' })
      }
    })

    test('an unknown project is not found', async () => {
      const { engine } = benchOf()

      const failure = await failureOf(engine.listDefinitions('999', options))

      expect(failure).toMatchObject({ kind: 'not_found', code: 'engine.not_found' })
    })

    test('a definition is found in its own project alone', async () => {
      const { engine, create, projectName } = benchOf()
      const { at } = await create({ tasks: [shell('a', 'true')] })
      const other = await engine.createProject(
        { name: `${projectName}-other`, description: '' },
        options,
      )

      const elsewhere = await engine.findDefinition({ ...at, projectCode: other.code }, options)
      const nowhere = await failureOf(
        engine.findDefinition({ ...at, projectCode: '4711' }, options),
      )
      await engine.deleteProject(other.code, options)

      expect(elsewhere).toBeNull()
      expect(nowhere).toMatchObject({ kind: 'not_found', code: 'engine.not_found' })
    })

    test('what is not there is null, and what is not there to change is not found', async () => {
      const bench = benchOf()
      const { engine, projectCode } = bench
      const at = { projectCode, code: '4242' }

      const found = {
        definition: await engine.findDefinition(at, options),
        byName: await engine.findDefinitionByName({ projectCode, name: 'no such name' }, options),
        instance: await engine.findInstance({ projectCode, instanceId: 2_000_000_000 }, options),
        schedules: await failureOf(engine.findSchedules(at, options)),
        offline: await failureOf(engine.setDefinitionOffline(at, options)),
        schedule: await failureOf(
          engine.createSchedule(at, scheduleOf(bench, '0 0 3 * * ?'), options),
        ),
        command: await failureOf(
          engine.commandRun({ projectCode, instanceId: 2_000_000_000 }, 'stop', options),
        ),
      }

      expect(found).toMatchObject({
        definition: null,
        byName: null,
        instance: null,
        schedules: { code: 'engine.not_found' },
        offline: { code: 'engine.not_found' },
        schedule: { code: 'engine.refused' },
        command: { code: 'engine.not_found' },
      })
    })

    test('a call that nobody waits for any more is no answer', async () => {
      const { engine } = benchOf()

      const failure = await failureOf(engine.probe({ signal: AbortSignal.abort() }))

      expect(failure).toMatchObject({ kind: 'unavailable', code: 'engine.no_answer' })
    })
  })
}
