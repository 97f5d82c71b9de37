import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDeliverAlertsJob } from '#jobs/deliver-alerts.ts'
import { createJudgeJob } from '#jobs/judge-attempts.ts'
import { createPrepareAlertsJob } from '#jobs/prepare-alerts.ts'
import type { Job } from '#jobs/job.ts'
import type { Channel } from '#src/alerts/channel.ts'
import { prepareAlert } from '#src/alerts/prepare-alert.ts'
import { createRouteOfAlerts } from '#src/alerts/save-alert-route.ts'
import { createChannel } from '#src/alerts/save-channel.ts'
import { inTx, type Db } from '#src/db/database.ts'
import { createDefaultRules } from '#src/inspections/save-rule.ts'
import { silentLog } from '#src/lib/log.ts'
import { FAILURE, raise, setupAlerts } from '#test/support/alerting.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts'
import { seedAttempt, seedPlace, systemCall } from '#test/support/seed.ts'

let database: TestDatabase
let db: Db
beforeEach(async () => {
  database = await createTestDatabase()
  db = database.db
})
afterEach(() => database.drop())

const signal = new AbortController().signal
const runOnce = (job: Job) => job.run({ signal, log: silentLog, callFor: systemCall })

/** Rounds as the runner makes them, until it is so. */
async function runUntil(job: Job, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 200; round++) {
    await runOnce(job)
    if (await isSo()) return
  }
  throw new Error('it never came')
}

test('a channel that hangs holds up no other, and its own messages come one at a time', async () => {
  const all = await setupAlerts(db)
  const { channel_id: channelId } = await createChannel(all.deps, all.place.call, {
    name: 'hangs',
    kind: 'feishu',
    target: { url: 'https://im.example/hook/2' },
    idempotencyKey: undefined,
  })
  await createRouteOfAlerts(all.deps, all.place.call, {
    channelId,
    environment: null,
    kind: null,
    minSeverity: 'info',
    sendResolved: true,
  })
  await raise(all.place, 'fnd_2')
  await all.prepare()
  const hanging: (() => void)[] = []
  const feishu: Channel = {
    kind: 'feishu',
    send: () =>
      new Promise((answer) => {
        hanging.push(() => answer({ kind: 'sent' }))
      }),
  }
  const channels = { webhook: all.deps.channels.webhook, feishu }
  const job = createDeliverAlertsJob({ ...all.deps, channels, intervalMs: 20 })

  await runUntil(job, () => all.sent.length === 2 && hanging.length === 1)
  await raise(all.place, 'fnd_3')
  await all.prepare()
  await runUntil(job, () => all.sent.length === 3)

  expect(hanging).toHaveLength(1)
  await runUntil(job, async () => {
    for (const answer of hanging.splice(0)) answer()
    return (await all.deliveries()).every((row) => row.state === 'sent')
  })
})

test('a delivery that cannot be sent leaves the rest their turn', async () => {
  const all = await setupAlerts(db, [new Error('a bug'), { kind: 'sent' }])
  await raise(all.place, 'fnd_2')
  await all.prepare()
  const job = createDeliverAlertsJob({ ...all.deps, intervalMs: 5_000 })

  await runOnce(job)

  const states = (await all.deliveries()).map((row) => row.state)
  expect(states.toSorted()).toEqual(['sending', 'sent'])
})

test('an alert whose message cannot be written holds up no other, and goes behind them', async () => {
  const all = await setupAlerts(db)
  for (let n = 0; n < 20; n++) await raise(all.place, `fnd_${n + 2}`)
  const rows = await db.selectFrom('alert').select('alert_id').orderBy('alert_id').execute()
  const broken = rows.slice(0, 10).map((row) => row.alert_id)
  const asked: string[] = []
  const job = createPrepareAlertsJob({
    ...all.prepareDeps,
    describe: (_at, alert) => {
      asked.push(alert.alert_id)
      return broken.includes(alert.alert_id)
        ? Promise.reject(new Error('a bug'))
        : all.prepareDeps.describe()
    },
    intervalMs: 5_000,
  })

  await runUntil(job, async () => {
    const done = await db.selectFrom('alert').selectAll().where('message', 'is not', null).execute()
    return done.length === rows.length - broken.length
  })

  expect(asked.filter((id) => broken.includes(id)).toSorted()).toEqual(broken)
})

test('an alert whose log hangs holds up no other', async () => {
  const all = await setupAlerts(db)
  await raise(all.place, 'fnd_2')
  const hanging: (() => void)[] = []
  const job = createPrepareAlertsJob({
    ...all.prepareDeps,
    readFailure: () =>
      hanging.length > 0
        ? Promise.resolve(FAILURE)
        : new Promise((answer) => {
            hanging.push(() => answer(FAILURE))
          }),
    intervalMs: 20,
  })

  await runUntil(job, async () => (await all.deliveries()).length === 1)

  expect(hanging).toHaveLength(1)
  await runUntil(job, async () => {
    for (const answer of hanging.splice(0)) answer()
    return (await all.deliveries()).length === 2
  })
})

test('two replicas write one message', async () => {
  const all = await setupAlerts(db)
  const [alert] = await db.selectFrom('alert').select('alert_id').execute()
  const alertId = alert?.alert_id ?? ''

  await Promise.all([1, 2].map(() => prepareAlert(all.prepareDeps, all.place.call, alertId)))

  expect(await all.deliveries()).toHaveLength(1)
})

test('an attempt that cannot be judged leaves the rest their turn', async () => {
  const place = await seedPlace(db)
  const other = await seedPlace(db)
  for (const each of [place, other]) await inTx(each.at, (tx) => createDefaultRules(tx, new Date()))
  for (const minute of [1, 2, 3]) {
    await seedAttempt(place, 'failure', minute)
    await seedAttempt(other, 'failure', minute)
  }
  const job = createJudgeJob({
    db,
    now: () => new Date(),
    namesOf: (tx) =>
      tx.orgId === place.at.orgId
        ? Promise.reject(new Error('a bug'))
        : Promise.resolve({ workflow: 'Daily orders', environment: 'prod' }),
    intervalMs: 1,
  })

  await runOnce(job)

  const alerts = await db.selectFrom('alert').select('org_id').execute()
  expect(alerts).toEqual([{ org_id: other.at.orgId }])
})
