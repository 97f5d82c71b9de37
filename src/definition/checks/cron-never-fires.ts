import { canonicalCron, instantOf, nextFires } from '../cron.ts'
import { isTimeZone } from '../zone.ts'
import type { Check, Found } from './check.ts'

export const cronNeverFires = {
  id: 'cron_never_fires',
  severity: 'error',
  title: 'A schedule without a fire from now on, inside its start and end',
  run({ schedule }, { now }): readonly Found[] {
    // What is no cron or no zone is an issue already.
    if (!schedule || !canonicalCron(schedule.cron).ok || !isTimeZone(schedule.timezone)) return []
    const { start, end, timezone } = schedule
    const startMs = start === undefined ? -Infinity : instantOf(start, timezone).getTime()
    const from = new Date(Math.max(now.getTime(), startMs) - 1)
    const [first] = nextFires(schedule, from, 1)
    if (!first)
      return [{ path: ['schedule', 'cron'], message: 'no date fits this cron from now on' }]
    if (end === undefined || first <= instantOf(end, timezone)) return []
    return [
      {
        path: ['schedule', 'end'],
        message: `ends at ${end} (${timezone}), before the next time its cron would fire: ${first.toISOString()}`,
      },
    ]
  },
} as const satisfies Check
