import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deliverAlert, type DeliverDeps } from '#src/alerts/deliver-alert.ts'
import { listAlertsToPrepare, listDueByChannel } from '#src/alerts/alert-work.ts'
import type { Channel, SendInput, SendOutcome } from '#src/alerts/channel.ts'
import { prepareAlert, type FailureDetail } from '#src/alerts/prepare-alert.ts'
import { raiseAlert } from '#src/alerts/raise-alert.ts'
import { createChannel } from '#src/alerts/save-channel.ts'
import { createRouteOfAlerts } from '#src/alerts/save-alert-route.ts'
import { inTx, type Db } from '#src/db/database.ts'
import { AppError } from '#src/lib/errors.ts'
import { createSecretBox } from '#src/lib/secrets.ts'
import { systemClock } from '#src/lib/time.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts'
import { seedPlace } from '#test/support/seed.ts'

let database: TestDatabase
let db: Db
beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})
afterAll(() => database.drop())

const FAILURE: FailureDetail = {
  task: { key: 'load', name: 'load' },
  logTail: ['boom', 'exit status 1'],
  logNote: null,
}

async function setup(
  outcomes: readonly (SendOutcome | Error)[] = [{ kind: 'sent' }],
  readFailure = () => Promise.resolve(FAILURE),
) {
  const place = await seedPlace(db)
  const sent: SendInput[] = []
  const channel: Channel = {
    kind: 'webhook',
    send: (input) => {
      sent.push(input)
      const outcome = outcomes[Math.min(sent.length, outcomes.length) - 1] ?? { kind: 'sent' }
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome)
    },
  }
  const deps: DeliverDeps = {
    db,
    now: systemClock,
    secrets: createSecretBox(new Map([['k', randomBytes(32)]])),
    channels: { webhook: channel, feishu: channel },
    owner: 'replica-1',
    leaseMs: 60_000,
    observeDelivery: () => undefined,
  }
  const { channel_id: channelId } = await createChannel(deps, place.call, {
    name: 'on-call',
    kind: 'webhook',
    target: { url: 'https://im.example/hook/secret' },
    idempotencyKey: undefined,
  })
  await createRouteOfAlerts(deps, place.call, {
    channelId,
    environment: 'prod',
    kind: null,
    minSeverity: 'info',
  })
  await inTx(place.at, (tx) =>
    raiseAlert(tx, {
      dedupKey: place.at.orgId,
      kind: 'consecutive_failures',
      severity: 'critical',
      title: 'Daily orders failed',
      facts: [],
      findingId: null,
      publicationId: null,
      runId: 'run_1',
      workflowId: place.workflowId,
      environmentId: place.environmentId,
      at: new Date(0),
    }),
  )
  const subject = {
    workflow: { id: 'daily_orders', name: 'Daily orders' },
    environment: 'prod',
    owner: { name: 'alice', im_ids: { feishu: 'ou_alice' } },
    link: 'http://engine/x',
  }
  const prepare = async (): Promise<void> => {
    const mine = (await listAlertsToPrepare(deps, 1000)).filter(
      (alert) => alert.org_id === place.at.orgId,
    )
    for (const { alert_id: alertId } of mine)
      await prepareAlert(
        { db, now: systemClock, describe: () => Promise.resolve(subject), readFailure },
        place.call,
        alertId,
      )
  }
  const due = async (): Promise<readonly string[]> =>
    (await listDueByChannel(deps, 1000))
      .flat()
      .filter((delivery) => delivery.org_id === place.at.orgId)
      .map((delivery) => delivery.delivery_id)
  const deliver = async (change: Partial<DeliverDeps> = {}): Promise<void> => {
    for (const deliveryId of await due())
      await deliverAlert({ ...deps, ...change }, place.call, deliveryId)
  }
  const makeDue = () =>
    db
      .updateTable('alert_delivery')
      .set({ next_attempt_at: new Date(0) })
      .where('org_id', '=', place.at.orgId)
      .where('state', 'in', ['pending', 'sending'])
      .execute()
  const deliveries = () =>
    db.selectFrom('alert_delivery').selectAll().where('org_id', '=', place.at.orgId).execute()
  return { place, deps, channelId, sent, prepare, deliver, due, makeDue, deliveries }
}

test('the message names workflow, environment, task, log, owner and link, and is sent once', async () => {
  const { prepare, deliver, sent, deliveries } = await setup()

  await prepare()
  await prepare()
  await deliver()
  await deliver()

  expect(sent.map((input) => input.message)).toMatchObject([
    {
      workflow: { name: 'Daily orders' },
      environment: 'prod',
      failing_task: { name: 'load' },
      log_tail: ['boom', 'exit status 1'],
      owner: { name: 'alice', im_ids: { feishu: 'ou_alice' } },
      link: 'http://engine/x',
    },
  ])
  expect(await deliveries()).toMatchObject([{ state: 'sent', attempts: 1 }])
})

test('a sender that dies between send and record repeats that one with the same id', async () => {
  const { prepare, deliver, makeDue, sent, deliveries } = await setup([
    new Error('killed'),
    { kind: 'sent' },
  ])
  await prepare()

  await expect(deliver()).rejects.toThrow('killed')
  await deliver()
  expect(sent).toHaveLength(1)
  await makeDue()
  await deliver({ owner: 'replica-2' })

  expect(new Set(sent.map((input) => input.deliveryId)).size).toBe(1)
  expect(await deliveries()).toMatchObject([{ state: 'sent', attempts: 2 }])
})

test('two replicas never send the same delivery at once', async () => {
  const { prepare, deliver, sent } = await setup()
  await prepare()

  await Promise.all([deliver({ owner: 'a' }), deliver({ owner: 'b' }), deliver({ owner: 'c' })])

  expect(sent).toHaveLength(1)
})

test('a failure is tried again later, and Retry-After is a floor', async () => {
  const { prepare, deliver, deliveries, due, makeDue } = await setup([
    { kind: 'retry', reason: 'HTTP 429', afterMs: 3_600_000 },
    { kind: 'sent' },
  ])
  await prepare()

  await deliver()

  const [row] = await deliveries()
  expect(row).toMatchObject({
    state: 'pending',
    attempts: 1,
    last_error: expect.stringContaining('HTTP 429'),
  })
  expect(await due()).toEqual([])
  await makeDue()
  await deliver()
  expect(await deliveries()).toMatchObject([{ state: 'sent', attempts: 2 }])
})

test('a channel that is gone is switched off, and says why', async () => {
  const { prepare, deliver, deliveries, channelId } = await setup([
    { kind: 'dead_channel', reason: 'HTTP 410: the receiver is gone' },
  ])
  await prepare()

  await deliver()

  const channel = await db
    .selectFrom('alert_channel')
    .selectAll()
    .where('channel_id', '=', channelId)
    .executeTakeFirstOrThrow()
  expect(channel).toMatchObject({
    is_enabled: 0,
    disabled_reason: 'HTTP 410: the receiver is gone',
  })
  expect(await deliveries()).toMatchObject([{ state: 'dead' }])
})

test('an engine that is silent delays the message a little, then it goes without the log', async () => {
  const silent = () => Promise.reject(new AppError('unavailable', 'engine.no_answer', 'silent'))
  const { place, prepare, deliver, sent } = await setup([{ kind: 'sent' }], silent)
  const hurry = () =>
    db
      .updateTable('alert')
      .set({ prepare_after: new Date(0) })
      .where('org_id', '=', place.at.orgId)
      .where('prepare_after', 'is not', null)
      .execute()

  await prepare()
  await deliver()
  expect(sent).toEqual([])
  for (let round = 0; round < 3; round++) {
    await hurry()
    await prepare()
  }
  await deliver()

  expect(sent.map((input) => input.message.log_note)).toEqual([
    'The log could not be read from the engine.',
  ])
})

test('the target of a channel is sealed in the database', async () => {
  const { channelId } = await setup()

  const row = await db
    .selectFrom('alert_channel')
    .selectAll()
    .where('channel_id', '=', channelId)
    .executeTakeFirstOrThrow()

  expect(row.target_hint).toBe('im.example')
  expect(JSON.stringify(row)).not.toContain('hook/secret')
})
