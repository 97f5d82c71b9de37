import { listChannelsToServe, listDeliveriesToSend } from '#src/alerts/alert-work.ts'
import { deliverAlert, type DeliverDeps } from '#src/alerts/deliver-alert.ts'
import type { Job, JobRound } from './job.ts'
import { createUnderWay } from './under-way.ts'

const MAX_CHANNELS = 50
const MAX_PER_CHANNEL = 20

/** The outbox: one message in flight a channel, the channels side by side; a slow one delays no other. */
export function createDeliverAlertsJob(deps: DeliverDeps & { readonly intervalMs: number }): Job {
  const underWay = createUnderWay()
  return {
    name: 'deliver-alerts',
    timeoutMs: 120_000,
    async run(round) {
      const busy = underWay.keys()
      const due = await listChannelsToServe(deps, {
        except: busy,
        limit: MAX_CHANNELS - busy.length,
      })
      for (const channel of due)
        underWay.start(channel.channel_id, () => serveChannel(deps, round, channel))
      const isSlow = await underWay.settle(deps.intervalMs, round.signal)
      return { nextInMs: isSlow ? 0 : deps.intervalMs }
    },
  }
}

/** One after the other; one that cannot be sent leaves the rest their turn. */
async function serveChannel(
  deps: DeliverDeps,
  round: JobRound,
  channel: { readonly org_id: string; readonly channel_id: string },
): Promise<void> {
  const call = round.callFor(channel.org_id)
  const tell = (error: unknown, deliveryId?: string): void => {
    if (call.signal.aborted) return
    call.log.error(
      {
        event: 'alert.delivery_failed',
        channel_id: channel.channel_id,
        delivery_id: deliveryId,
        err: error,
      },
      'an attempt to deliver an alert failed',
    )
  }
  try {
    for (const deliveryId of await listDeliveriesToSend(deps, channel, MAX_PER_CHANNEL)) {
      if (call.signal.aborted) return
      await deliverAlert(deps, call, deliveryId).catch((error: unknown) => tell(error, deliveryId))
    }
  } catch (error) {
    tell(error)
  }
}
