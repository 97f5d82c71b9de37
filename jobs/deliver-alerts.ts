import { listDueByChannel } from '#src/alerts/alert-work.ts'
import { deliverAlert, type DeliverDeps } from '#src/alerts/deliver-alert.ts'
import type { Job } from './job.ts'

const BATCH = 100

/** The outbox: one message in flight a channel, the channels side by side. */
export function createDeliverAlertsJob(deps: DeliverDeps & { readonly intervalMs: number }): Job {
  return {
    name: 'deliver-alerts',
    timeoutMs: 120_000,
    async run(round) {
      const channels = await listDueByChannel(deps, BATCH)
      await Promise.all(
        channels.map(async (deliveries) => {
          for (const { org_id: orgId, delivery_id: deliveryId } of deliveries) {
            round.signal.throwIfAborted()
            await deliverAlert(deps, round.callFor(orgId), deliveryId)
          }
        }),
      )
      return { nextInMs: deps.intervalMs }
    },
  }
}
