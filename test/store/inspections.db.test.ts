import { expect, test } from 'vitest'
import { createJudgeJob } from '#jobs/judge-attempts.ts'
import { inTx } from '#src/db/database.ts'
import { judgeAttempt } from '#src/inspections/judge-attempt.ts'
import { judgePublication } from '#src/inspections/judge-publication.ts'
import type { EndedPublication } from '#src/publishing/publication.ts'
import { judgeUnresolvedRun } from '#src/inspections/judge-unresolved-run.ts'
import { changeRule, createDefaultRules } from '#src/inspections/save-rule.ts'
import { silentLog } from '#src/lib/log.ts'
import { useTestDatabase } from '#test/support/database.ts'
import { seedAttempt, seedPlace, systemCall, type SeededPlace } from '#test/support/seed.ts'

const { db } = await useTestDatabase()

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
  const judgeEnd = (
    state: EndedPublication['state'],
    change: Partial<EndedPublication> = {},
  ): Promise<void> =>
    inTx(place.at, (tx) =>
      judgePublication(deps, tx, {
        publicationId: 'pub_1',
        workflowId: place.workflowId,
        environmentId: place.environmentId,
        operation: 'deploy',
        requestedByName: 'alice',
        failure: state === 'succeeded' ? null : 'the engine refused',
        isConcurrentEdit: false,
        state,
        ...change,
      }),
    )
  return { place, deps, judge, judgeEnd }
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

test('a success that began before the failures does not end the trouble; a later one does', async () => {
  const { place, judge } = await setup()
  for (const minute of [10, 20, 30]) await seedAttempt(place, 'failure', minute)
  await judge()
  await seedAttempt(place, 'success', 5)
  await judge()
  const afterTheLongRun = await alertsOf(place)

  await seedAttempt(place, 'success', 40)
  await judge()

  expect(afterTheLongRun.map((alert) => alert.state)).toEqual(['firing'])
  expect((await alertsOf(place)).map((alert) => alert.state)).toEqual(['resolved'])
})

test('a rule that is switched off closes what it opened, and on again it sees the next trouble', async () => {
  const { place, deps, judge } = await setup()
  for (const minute of [1, 2, 3]) await seedAttempt(place, 'failure', minute)
  await judge()
  const { rule_id: ruleId } = await db
    .selectFrom('inspection_rule')
    .select('rule_id')
    .where('org_id', '=', place.at.orgId)
    .where('kind', '=', 'consecutive_failures')
    .executeTakeFirstOrThrow()

  await changeRule(deps, place.call, { ruleId, revision: null, isEnabled: false })
  const whileOff = await alertsOf(place)
  await changeRule(deps, place.call, { ruleId, revision: null, isEnabled: true })
  for (const minute of [4, 5, 6]) await seedAttempt(place, 'failure', minute)
  await judge()

  expect(whileOff.map((alert) => alert.state)).toEqual(['resolved'])
  expect((await alertsOf(place)).map((alert) => alert.state)).toEqual(['resolved', 'firing'])
})

test('a publication that fails raises one alert until one succeeds', async () => {
  const { place, judgeEnd } = await setup()

  await judgeEnd('compensated')
  await judgeEnd('failed')
  await judgeEnd('succeeded')
  await judgeEnd('failed')

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
      title: 'deploy of Daily orders to prod ended failed',
      run_id: null,
    },
  ])
})

test('a stuck publication is told whatever else is open, until it ends otherwise', async () => {
  const { place, judgeEnd } = await setup()
  const told = async () => (await alertsOf(place)).map(({ title, state }) => [title, state])
  const [compensated, stuck] = ['compensated', 'stuck'].map(
    (state) => `deploy of Daily orders to prod ended ${state}`,
  )

  await judgeEnd('compensated')
  await judgeEnd('stuck', { publicationId: 'pub_2' })
  const blocked = await told()
  await judgeEnd('abandoned', { publicationId: 'pub_2' })
  const abandoned = await told()
  await judgeEnd('stuck', { publicationId: 'pub_3' })
  await judgeEnd('succeeded', { publicationId: 'pub_3' })

  expect(blocked).toEqual([
    [compensated, 'firing'],
    [stuck, 'firing'],
  ])
  expect(abandoned).toEqual([
    [compensated, 'firing'],
    [stuck, 'resolved'],
  ])
  expect(await told()).toEqual([
    [compensated, 'resolved'],
    [stuck, 'resolved'],
    [stuck, 'resolved'],
  ])
})

test('an edit on the engine during a publication is a finding of its own, until the next success', async () => {
  const { place, judgeEnd } = await setup()
  const told = async () => (await alertsOf(place)).map(({ title, state }) => [title, state])
  const title = 'Somebody edited Daily orders on the engine of prod during its deploy'

  await judgeEnd('succeeded', { isConcurrentEdit: true })
  const edited = await told()
  await judgeEnd('succeeded', { publicationId: 'pub_2' })

  expect(edited).toEqual([[title, 'firing']])
  expect(await told()).toEqual([[title, 'resolved']])
})

test('each run that was lost raises an alert, until it or a run in its place is seen', async () => {
  const { place, deps, judge } = await setup()
  const [lost, other] = [
    await seedAttempt(place, 'failure', 1),
    await seedAttempt(place, 'failure', 2),
  ]
  await markConfirmed(place, false)
  const lose = (runId: string): Promise<void> =>
    inTx(place.at, (tx) =>
      judgeUnresolvedRun(deps, tx, {
        runId,
        workflowId: place.workflowId,
        environmentId: place.environmentId,
        at: deps.now(),
      }),
    )

  await lose(lost)
  await lose(lost)
  await lose(other)
  const before = await alertsOf(place)
  const retry = await seedAttempt(place, 'success', 3)
  await db
    .updateTable('workflow_instance_cache')
    .set({ retry_of: lost })
    .where('run_id', '=', retry)
    .execute()
  await judge()
  const afterRetry = await alertsOf(place)
  await markConfirmed(place, true)
  await judge()

  const kind = 'run_unresolved'
  const title = 'A run of Daily orders in prod was sent and never found on the engine'
  expect(before).toEqual([
    { kind, state: 'firing', title, run_id: lost },
    { kind, state: 'firing', title, run_id: other },
  ])
  expect(afterRetry.map((alert) => alert.state)).toEqual(['resolved', 'firing'])
  expect((await alertsOf(place)).map((alert) => alert.state)).toEqual(['resolved', 'resolved'])
})

/** Whether the attempts so far are seen as ended. */
async function markConfirmed(place: SeededPlace, isConfirmed: boolean): Promise<void> {
  await db
    .updateTable('run_attempt')
    .set({ confirmed_at: isConfirmed ? new Date() : null })
    .where('org_id', '=', place.at.orgId)
    .execute()
}
