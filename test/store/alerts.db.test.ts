import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Channel } from '#src/alerts/channel.ts'
import { pageOfAlerts } from '#src/alerts/list-alerts.ts'
import { changeChannel } from '#src/alerts/save-channel.ts'
import type { Call } from '#src/lib/call.ts'
import { AppError } from '#src/lib/errors.ts'
import { silentLog } from '#src/lib/log.ts'
import { createSecretBox } from '#src/lib/secrets.ts'
import { FAILURE, raise, setupAlerts } from '#test/support/alerting.ts'
import { useTestDatabase } from '#test/support/database.ts'

const { db } = await useTestDatabase()

const getChannelRow = (channelId: string) =>
  db
    .selectFrom('alert_channel')
    .selectAll()
    .where('channel_id', '=', channelId)
    .executeTakeFirstOrThrow()

test('the message names workflow, environment, task, log, owner and link, and is sent once', async () => {
  const { prepare, deliver, sent, deliveries } = await setupAlerts(db)

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
  const { prepare, deliver, makeDue, sent, deliveries } = await setupAlerts(db, [
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
  const { prepare, deliver, sent } = await setupAlerts(db)
  await prepare()

  await Promise.all([deliver({ owner: 'a' }), deliver({ owner: 'b' }), deliver({ owner: 'c' })])

  expect(sent).toHaveLength(1)
})

test('a failure is tried again later, and Retry-After is a floor', async () => {
  const { prepare, deliver, deliveries, due, makeDue } = await setupAlerts(db, [
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

test('a channel that is gone is switched off, on record, and what it missed waits for it', async () => {
  const { place, deps, prepare, deliver, deliveries, channelId, sent } = await setupAlerts(db, [
    { kind: 'dead_channel', reason: 'HTTP 410: the receiver is gone' },
    { kind: 'sent' },
  ])
  await prepare()

  await deliver()
  await raise(place, 'fnd_2')
  await prepare()
  await deliver()
  const off = await getChannelRow(channelId)
  const waiting = await deliveries()
  await changeChannel(deps, place.call, { channelId, revision: null, isEnabled: true })
  await deliver()

  expect(off).toMatchObject({ is_enabled: 0, disabled_reason: 'HTTP 410: the receiver is gone' })
  expect(waiting.map((row) => [row.state, row.next_attempt_at])).toEqual([
    ['parked', null],
    ['parked', null],
  ])
  expect(await deliveries()).toMatchObject([{ state: 'sent' }, { state: 'sent' }])
  expect(new Set(sent.map((input) => input.deliveryId)).size).toBe(2)
  const audit = await db
    .selectFrom('audit_event')
    .selectAll()
    .where('org_id', '=', place.at.orgId)
    .where('action', '=', 'channel.disable')
    .execute()
  expect(audit).toMatchObject([{ actor_kind: 'system', subject_id: channelId }])
})

test('what a receiver says of an address that was changed meanwhile switches nothing off', async () => {
  const { place, deps, prepare, deliver, deliveries, channelId } = await setupAlerts(db)
  await prepare()
  const gone: Channel = {
    kind: 'webhook',
    send: async () => {
      const target = { url: 'https://im.example/hook/new' }
      await changeChannel(deps, place.call, { channelId, revision: null, target })
      return { kind: 'dead_channel', reason: 'HTTP 410' }
    },
  }

  await deliver({ channels: { webhook: gone, feishu: gone } })

  expect(await getChannelRow(channelId)).toMatchObject({ is_enabled: 1 })
  expect(await deliveries()).toMatchObject([{ state: 'pending', attempts: 1 }])
})

test('a target that cannot be decrypted is tried again, and says so', async () => {
  const { prepare, deliver, deliveries, channelId } = await setupAlerts(db)
  await prepare()

  await deliver({ secrets: createSecretBox(new Map([['k', randomBytes(32)]])) })

  expect(await getChannelRow(channelId)).toMatchObject({ is_enabled: 1 })
  expect(await deliveries()).toMatchObject([
    { state: 'pending', last_error: expect.stringContaining('cannot be decrypted') },
  ])
})

test('an alert that no route leads anywhere says that nobody hears of it, and the log does', async () => {
  const { place, deps, prepare } = await setupAlerts(db, [], { route: { kind: 'publish_failed' } })
  const lines: unknown[] = []
  const log = { ...silentLog, warn: (fields: unknown) => void lines.push(fields) }

  await prepare({ ...place.call, log })

  const { items } = await pageOfAlerts(deps, place.call, { limit: 10 })
  expect(items).toMatchObject([{ channel_count: 0 }])
  expect(lines).toMatchObject([{ event: 'alert.no_channel' }])
})

test('an engine that is silent delays the message a little, then it goes without the log', async () => {
  const silent = () => Promise.reject(new AppError('unavailable', 'engine.no_answer', 'silent'))
  const { prepare, hurryPrepare, deliver, sent } = await setupAlerts(db, [{ kind: 'sent' }], {
    readFailure: silent,
  })

  await prepare()
  await deliver()
  expect(sent).toEqual([])
  for (let round = 0; round < 3; round++) {
    await hurryPrepare()
    await prepare()
  }
  await deliver()

  expect(sent.map((input) => input.message.log_note)).toEqual([
    'The log could not be read from the engine.',
  ])
})

test('a try that is cut off counts: the message goes without the log in the end', async () => {
  const cutOff = (call: Call) => Promise.reject(call.signal.reason)
  const { place, prepare, hurryPrepare, deliver, sent } = await setupAlerts(db, [], {
    readFailure: cutOff,
  })
  const signal = AbortSignal.abort(new Error('the round is over'))

  for (let round = 0; round < 3; round++) {
    await expect(prepare({ ...place.call, signal })).rejects.toThrow('the round is over')
    await hurryPrepare()
  }
  await prepare()
  await deliver()

  expect(sent.map((input) => input.message.log_note)).toEqual([
    'The log could not be read from the engine.',
  ])
})

test('a line of any length becomes a message of a size that can be kept', async () => {
  const { prepare, deliver, sent } = await setupAlerts(db, [], {
    readFailure: () => Promise.resolve({ ...FAILURE, logTail: [`a${'😀'.repeat(1_000_000)}`] }),
  })

  await prepare()
  await deliver()

  expect(sent.map((input) => input.message.log_tail[0]?.length)).toEqual([1_001])
})

test('the target of a channel is sealed in the database', async () => {
  const { channelId } = await setupAlerts(db)

  const row = await getChannelRow(channelId)

  expect(row.target_hint).toBe('im.example')
  expect(JSON.stringify(row)).not.toContain('hook/secret')
})
