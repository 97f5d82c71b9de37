import { listAlertsToPrepare } from '#src/alerts/alert-work.ts'
import { prepareAlert, type PrepareAlertDeps } from '#src/alerts/prepare-alert.ts'
import type { Job } from './job.ts'

const BATCH = 50

/** Writes the messages of new alerts: names, owner, root failing task, the end of its log. */
export function createPrepareAlertsJob(
  deps: PrepareAlertDeps & { readonly intervalMs: number },
): Job {
  return {
    name: 'prepare-alerts',
    timeoutMs: 60_000,
    async run(round) {
      const alerts = await listAlertsToPrepare(deps, BATCH)
      for (const { org_id: orgId, alert_id: alertId } of alerts) {
        round.signal.throwIfAborted()
        await prepareAlert(deps, round.callFor(orgId), alertId)
      }
      return { nextInMs: alerts.length === BATCH ? 0 : deps.intervalMs }
    },
  }
}
