import { afterAll, beforeAll, expect, test } from 'vitest'
import { createJudgeJob } from '#jobs/judge-attempts.ts'
import type { Db } from '#src/db/database.ts'
import { inTx } from '#src/db/database.ts'
import { judgeAttempt } from '#src/inspections/judge-attempt.ts'
import { judgePublication } from '#src/inspections/judge-publication.ts'
import { createDefaultRules } from '#src/inspections/save-rule.ts'
import { silentLog } from '#src/lib/log.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts'
import { seedAttempt, seedPlace, systemCall, type SeededPlace } from '#test/support/seed.ts'

let database: TestDatabase
let db: Db
beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})
afterAll(() => database.drop())

async function setup() {
  const place = await seedPlace(db)
  await inTx(place.at, (tx) => createDefaultRules(tx, new Date()))
  const deps = {
    db,
    now: () => new Date('2026-02-01T00:00:00.000Z'),
    namesOf: () => Promise.resolve({ workflow: 'Daily orders', environment: 'prod' }),
  }
  const judge = async (): Promise<void> => {
    const job = createJudgeJob({ ...deps, intervalMs: 1 })
    await job.run({ signal: new AbortController().signal, log: silentLog, callFor: systemCall })
  }
  return { place, deps, judge }
}

async function alertsOf(place: SeededPlace) {
  return db
    .selectFrom('alert')
    .select(['kind', 'state', 'title', 'run_id'])
    .where('org_id', '=', place.at.orgId)
    .orderBy('alert_id')
    .execute()
}

test('three failures in a row raise one alert, the fourth none', async () => {
  const { place, judge } = await setup()
  await seedAttempt(place, 'failure', 1)
  await seedAttempt(place, 'failure', 2)
  await judge()
  expect(await alertsOf(place)).toEqual([])

  const third = await seedAttempt(place, 'failure', 3)
  await judge()
  await seedAttempt(place, 'failure', 4)
  await judge()

  expect(await alertsOf(place)).toEqual([
    {
      kind: 'consecutive_failures',
      state: 'firing',
      title: 'Daily orders failed 3 times in a row in prod',
      run_id: third,
    },
  ])
})

test('a success ends the trouble, and three more failures are a new one', async () => {
  const { place, judge } = await setup()
  for (const minute of [1, 2, 3]) await seedAttempt(place, 'failure', minute)
  await seedAttempt(place, 'success', 4)
  for (const minute of [5, 6, 7]) await seedAttempt(place, 'failure', minute)

  await judge()

  expect((await alertsOf(place)).map((alert) => alert.state)).toEqual(['resolved', 'firing'])
})

test('a stop between failures neither counts nor resets', async () => {
  const { place, judge } = await setup()
  await seedAttempt(place, 'failure', 1)
  await seedAttempt(place, 'stopped', 2)
  await seedAttempt(place, 'failure', 3)
  await seedAttempt(place, 'failure', 4)

  await judge()

  expect(await alertsOf(place)).toHaveLength(1)
})

test('an attempt that arrives late does not reopen what a later success has closed', async () => {
  const { place, judge } = await setup()
  await seedAttempt(place, 'failure', 1)
  await seedAttempt(place, 'failure', 2)
  await seedAttempt(place, 'success', 9)
  await judge()

  await seedAttempt(place, 'failure', 3)
  await judge()

  expect(await alertsOf(place)).toEqual([])
})

test('two replicas that judge the same attempts raise one alert', async () => {
  const { place, deps } = await setup()
  const runs: string[] = []
  for (const minute of [1, 2, 3]) runs.push(await seedAttempt(place, 'failure', minute))
  const both = () =>
    Promise.all(runs.map((runId) => judgeAttempt(deps, place.call, { runId, attempt: 1 })))

  await Promise.all([both(), both()])

  expect(await alertsOf(place)).toHaveLength(1)
})

test('a publication that fails raises one alert until one succeeds', async () => {
  const { place, deps } = await setup()
  const ended = {
    publicationId: 'pub_1',
    workflowId: place.workflowId,
    environmentId: place.environmentId,
    operation: 'deploy',
    requestedByName: 'alice',
    failure: 'the engine refused',
  }
  const judge = (state: string): Promise<void> =>
    inTx(place.at, (tx) => judgePublication(deps, tx, { ...ended, state }))

  await judge('compensated')
  await judge('failed')
  await judge('succeeded')
  await judge('stuck')

  expect(await alertsOf(place)).toEqual([
    {
      kind: 'publish_failed',
      state: 'resolved',
      title: 'deploy of Daily orders to prod ended compensated',
      run_id: null,
    },
    {
      kind: 'publish_failed',
      state: 'firing',
      title: 'deploy of Daily orders to prod ended stuck',
      run_id: null,
    },
  ])
})
