import { describe, expect, test } from 'vitest'
import { must } from '#src/lib/must.ts'
import type { Bench, Made } from './bench.ts'
import { failureOf, options, scheduleOf, shell } from './bench.ts'

const NIGHTLY = '0 0 3 * * ? *'

export function describeSchedules(benchOf: () => Bench): void {
  describe('schedules', () => {
    test('a schedule is made offline and reads back', async () => {
      const bench = benchOf()
      const { made, schedule } = await scheduled(bench, NIGHTLY)

      const found = await only(bench, made)

      expect(found).toEqual({
        id: found.id,
        definitionCode: made.at.code,
        isOnline: false,
        ownerName: expect.any(String),
        schedule,
      })
      expect(await bench.engine.listSchedules(bench.projectCode, options)).toContainEqual(found)
    })

    test('it and its definition belong to whose token made them', async () => {
      const bench = benchOf()
      const { engine, projectCode } = bench
      const { made } = await scheduled(bench, NIGHTLY)

      const user = await engine.readUser(options)
      const [found] = await engine.findSchedules(made.at, options)
      const { name } = made.definition
      const definition = await engine.findDefinitionByName({ projectCode, name }, options)

      expect(user).toMatchObject({ isAdmin: true, name: expect.any(String) })
      expect([found?.ownerName, definition?.ownerName]).toEqual([user.name, user.name])
    })

    test('it needs a definition that is online', async () => {
      const bench = benchOf()
      const made = await bench.create({ tasks: [shell('a', 'true')] })

      const failure = await failureOf(
        bench.engine.createSchedule(made.at, scheduleOf(bench, NIGHTLY), options),
      )

      expect(failure).toMatchObject({ code: 'engine.conflict' })
    })

    test('what is no cron is refused', async () => {
      const bench = benchOf()
      const made = await bench.createOnline({ tasks: [shell('a', 'true')] })

      const failure = await failureOf(
        bench.engine.createSchedule(made.at, scheduleOf(bench, 'not a cron'), options),
      )

      expect(failure).toMatchObject({ code: 'engine.refused' })
    })

    test('a second one is refused, but by 3.1, which then cannot take the definition down', async () => {
      const bench = benchOf()
      const { engine } = bench
      const { made, schedule } = await scheduled(bench, NIGHTLY)

      const second = await failureOf(engine.createSchedule(made.at, schedule, options))
      const down = await failureOf(engine.setDefinitionOffline(made.at, options))
      const [, extra] = await engine.findSchedules(made.at, options)
      if (extra) await engine.deleteSchedule(refOf(made, extra.id), options)

      const expected =
        bench.family === '3.1'
          ? ['it did not fail', { code: 'engine.refused' }]
          : [{ code: 'engine.conflict' }, 'it did not fail']
      expect([second, down]).toMatchObject(expected)
    })

    test('online and offline may be said twice; only offline is it changed or deleted', async () => {
      const bench = benchOf()
      const { engine } = bench
      const { made, schedule } = await scheduled(bench, NIGHTLY)
      const ref = refOf(made, (await only(bench, made)).id)
      const changed = { ...schedule, cron: '0 30 4 * * ? *', priority: 'high' as const }

      await engine.setScheduleOnline(ref, options)
      await engine.setScheduleOnline(ref, options)
      const up = await only(bench, made)
      const refusals = [
        await failureOf(engine.updateSchedule(ref, changed, options)),
        await failureOf(engine.deleteSchedule(ref, options)),
      ]
      await engine.setScheduleOffline(ref, options)
      await engine.setScheduleOffline(ref, options)
      await engine.updateSchedule(ref, changed, options)
      const down = await only(bench, made)
      await engine.deleteSchedule(ref, options)

      expect(up.isOnline).toBe(true)
      for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'engine.conflict' })
      expect(down).toMatchObject({ isOnline: false, schedule: changed })
      expect(await engine.findSchedules(made.at, options)).toEqual([])
    })

    test('it goes down with its definition and does not come back with it', async () => {
      const bench = benchOf()
      const { engine } = bench
      const { made } = await scheduled(bench, NIGHTLY)
      const ref = refOf(made, (await only(bench, made)).id)
      await engine.setScheduleOnline(ref, options)

      await engine.setDefinitionOffline(made.at, options)
      const down = await only(bench, made)
      const refusal = await failureOf(engine.setScheduleOnline(ref, options))
      await engine.setDefinitionOnline(made.at, options)
      const back = await only(bench, made)

      expect([down.isOnline, back.isOnline]).toEqual([false, false])
      expect(refusal).toMatchObject({ code: 'engine.conflict' })
    })

    test('it starts runs at its times', async () => {
      const bench = benchOf()
      const { engine, projectCode, server } = bench
      const { made } = await scheduled(bench, '* * * * * ? *')
      const ref = refOf(made, (await only(bench, made)).id)

      await engine.setScheduleOnline(ref, options)
      const fired = await bench.until(async () => {
        const at = server.now().getTime()
        const window = { from: new Date(at - 60_000), to: new Date(at + 60_000) }
        const { items } = await engine.listInstances(
          { projectCode, definitionCode: made.at.code, window, page: 1, pageSize: 10 },
          options,
        )
        return items[0] ?? null
      }, 'a run of the schedule')
      await engine.setDefinitionOffline(made.at, options)

      expect(fired.trigger).toBe('schedule')
      expect(fired.scheduledFor).not.toBeNull()
    })
  })
}

async function scheduled(bench: Bench, cron: string) {
  const made = await bench.createOnline({ tasks: [shell('a', 'true')] })
  const schedule = scheduleOf(bench, cron)
  await bench.engine.createSchedule(made.at, schedule, options)
  return { made, schedule }
}

async function only(bench: Bench, made: Made) {
  const found = await bench.engine.findSchedules(made.at, options)
  expect(found).toHaveLength(1)
  return must(found[0], 'the schedule')
}

function refOf(made: Made, scheduleId: number) {
  const { projectCode, code } = made.at
  return { projectCode, scheduleId, definitionCode: code }
}
