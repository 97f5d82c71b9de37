import { expect, test } from 'vitest'
import { redeliver } from '#src/alerts/redeliver.ts'
import { resolveAlerts } from '#src/alerts/resolve-alerts.ts'
import { changeChannel } from '#src/alerts/save-channel.ts'
import { inTx } from '#src/db/database.ts'
import { must } from '#src/lib/must.ts'
import { setupAlerts } from '#test/support/alerting.ts'
import { useTestDatabase } from '#test/support/database.ts'

const { db } = await useTestDatabase()

const ENDED = new Date('2026-02-01T00:00:00.000Z')
type Setup = Awaited<ReturnType<typeof setupAlerts>>
const resolve = ({ place }: Setup): Promise<void> =>
  inTx(place.at, (tx) => resolveAlerts(tx, 'fnd_1', ENDED))
const heard = ({ sent }: Setup) => sent.map(({ message }) => message.event)

test('who heard that it began hears once that it is over, under an id of its own', async () => {
  const all = await setupAlerts(db)
  await all.prepare()
  await all.deliver()

  await resolve(all)
  await all.deliver()
  await resolve(all)
  await all.deliver()

  expect(heard(all)).toEqual(['firing', 'resolved'])
  expect(all.sent[1]?.message).toMatchObject({ log_tail: [], happened_at: ENDED.toISOString() })
  expect(new Set(all.sent.map((input) => input.deliveryId)).size).toBe(2)
})

test('a route that does not want to know of the end tells nothing of it', async () => {
  const all = await setupAlerts(db, [], { route: { sendResolved: false } })
  await all.prepare()
  await all.deliver()

  await resolve(all)
  await all.deliver()

  expect(heard(all)).toEqual(['firing'])
})

test('a message that gets through only after the end is followed by the end', async () => {
  const all = await setupAlerts(db)
  const change = { channelId: all.channelId, revision: null }
  await changeChannel(all.deps, all.place.call, { ...change, isEnabled: false })
  await all.prepare()
  await all.deliver()
  await resolve(all)
  await all.deliver()
  const whileOff = heard(all)

  await changeChannel(all.deps, all.place.call, { ...change, isEnabled: true })
  await all.deliver()
  await all.deliver()

  expect(whileOff).toEqual([])
  expect(heard(all)).toEqual(['firing', 'resolved'])
})

test('a message that was given up is sent again by hand, under the same id', async () => {
  const all = await setupAlerts(db, [{ kind: 'rejected', reason: 'too long' }, { kind: 'sent' }])
  await all.prepare()
  await all.deliver()
  const [given] = await all.deliveries()
  const deliveryId = must(given, 'a delivery').delivery_id

  const again = await redeliver(all.deps, all.place.call, { deliveryId })
  await all.deliver()

  expect(given).toMatchObject({ state: 'dead', attempts: 1 })
  expect(again).toMatchObject({ delivery_id: deliveryId, state: 'pending', attempts: 0 })
  expect(await all.deliveries()).toMatchObject([{ state: 'sent' }])
  expect(all.sent.map((input) => input.deliveryId)).toEqual([deliveryId, deliveryId])
})

test('what is being sent, or waits for its channel, is not sent again by hand', async () => {
  const all = await setupAlerts(db, [new Error('killed')])
  await all.prepare()
  await all.deliver().catch(() => undefined)
  const [row] = await all.deliveries()
  const input = { deliveryId: must(row, 'a delivery').delivery_id }

  await expect(redeliver(all.deps, all.place.call, input)).rejects.toMatchObject({
    code: 'delivery.wrong_state',
    details: { state: 'sending' },
  })
  const change = { channelId: all.channelId, revision: null, isEnabled: false }
  await changeChannel(all.deps, all.place.call, change)
  await expect(redeliver(all.deps, all.place.call, input)).rejects.toMatchObject({
    details: { state: 'parked' },
  })
})
