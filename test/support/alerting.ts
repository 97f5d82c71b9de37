import { randomBytes } from 'node:crypto'
import {
  listAlertsToPrepare,
  listChannelsToServe,
  listDeliveriesToSend,
} from '#src/alerts/alert-work.ts'
import type { Channel, SendInput, SendOutcome } from '#src/alerts/channel.ts'
import { deliverAlert, type DeliverDeps } from '#src/alerts/deliver-alert.ts'
import { prepareAlert, type FailureDetail } from '#src/alerts/prepare-alert.ts'
import { raiseAlert } from '#src/alerts/raise-alert.ts'
import { createRouteOfAlerts, type RouteInput } from '#src/alerts/save-alert-route.ts'
import { createChannel } from '#src/alerts/save-channel.ts'
import { inTx, type Db } from '#src/db/database.ts'
import type { Call } from '#src/lib/call.ts'
import { newId } from '#src/lib/ids.ts'
import { createSecretBox } from '#src/lib/secrets.ts'
import { systemClock } from '#src/lib/time.ts'
import { seedPlace } from './seed.ts'

export const FAILURE: FailureDetail = {
  task: { key: 'load', name: 'load' },
  logTail: ['boom', 'exit status 1'],
  logNote: null,
}

/** One channel that answers as told, and one alert that a route leads to it. */
export async function setupAlerts(
  db: Db,
  outcomes: readonly (SendOutcome | Error)[] = [{ kind: 'sent' }],
  options: {
    readonly readFailure?: (call: Call) => Promise<FailureDetail>
    readonly route?: Partial<RouteInput>
  } = {},
) {
  const { readFailure = () => Promise.resolve(FAILURE) } = options
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
    sendResolved: true,
    ...options.route,
  })
  await raise(place, 'fnd_1')
  const subject = {
    workflow: { id: 'daily_orders', name: 'Daily orders' },
    environment: 'prod',
    owner: { name: 'alice', im_ids: { feishu: 'ou_alice' } },
    link: 'http://engine/x',
  }
  const prepareDeps = {
    db,
    now: systemClock,
    describe: () => Promise.resolve(subject),
    readFailure,
  }
  const prepare = async (call = place.call): Promise<void> => {
    const mine = (await listAlertsToPrepare(deps, 1000)).filter(
      (alert) => alert.org_id === place.at.orgId,
    )
    for (const { alert_id: alertId } of mine) await prepareAlert(prepareDeps, call, alertId)
  }
  const due = async (): Promise<readonly string[]> => {
    const channels = await listChannelsToServe(deps, { except: [], limit: 1000 })
    const mine = channels.filter((each) => each.org_id === place.at.orgId)
    return (await Promise.all(mine.map((each) => listDeliveriesToSend(deps, each, 1000)))).flat()
  }
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
  const hurryPrepare = () =>
    db
      .updateTable('alert')
      .set({ prepare_after: new Date(0) })
      .where('org_id', '=', place.at.orgId)
      .where('prepare_after', 'is not', null)
      .execute()
  return {
    place,
    deps,
    prepareDeps,
    channelId,
    sent,
    prepare,
    hurryPrepare,
    deliver,
    due,
    makeDue,
    deliveries,
  }
}

/** An alert of a finding, waiting for its message. */
export async function raise(
  place: Awaited<ReturnType<typeof seedPlace>>,
  findingId: string,
): Promise<void> {
  await inTx(place.at, (tx) =>
    raiseAlert(tx, {
      dedupKey: newId('fnd'),
      kind: 'consecutive_failures',
      severity: 'critical',
      title: 'Daily orders failed',
      facts: [],
      findingId,
      publicationId: null,
      runId: 'run_1',
      workflowId: place.workflowId,
      environmentId: place.environmentId,
      at: new Date(0),
    }),
  )
}
