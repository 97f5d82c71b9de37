import { listAlertsToPrepare } from '#src/alerts/alert-work.ts'
import { prepareAlert, type PrepareAlertDeps } from '#src/alerts/prepare-alert.ts'
import type { Job, JobRound } from './job.ts'
import { createUnderWay } from './under-way.ts'

const SIDE_BY_SIDE = 8

/** Writes the messages of new alerts: names, owner, root failing task, the end of its log. */
export function createPrepareAlertsJob(
  deps: PrepareAlertDeps & { readonly intervalMs: number },
): Job {
  const underWay = createUnderWay()
  return {
    name: 'prepare-alerts',
    timeoutMs: 20_000,
    async run(round) {
      const busy = underWay.keys()
      const due = await listAlertsToPrepare(deps, SIDE_BY_SIDE)
      const free = due
        .filter((alert) => !busy.includes(alert.alert_id))
        .slice(0, SIDE_BY_SIDE - busy.length)
      for (const alert of free) underWay.start(alert.alert_id, () => prepareOne(deps, round, alert))
      const isSlow = await underWay.settle(deps.intervalMs, round.signal)
      return { nextInMs: isSlow || free.length > 0 ? 0 : deps.intervalMs }
    },
  }
}

async function prepareOne(
  deps: PrepareAlertDeps,
  round: JobRound,
  alert: { readonly org_id: string; readonly alert_id: string },
): Promise<void> {
  const call = round.callFor(alert.org_id)
  await prepareAlert(deps, call, alert.alert_id).catch((error: unknown) => {
    call.log.error(
      { event: 'alert.prepare_failed', alert_id: alert.alert_id, err: error },
      'the message of an alert could not be written',
    )
  })
}
