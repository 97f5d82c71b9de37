import { instantOf } from '../definition/cron.ts'
import type { ScheduleSpec } from '../definition/document.ts'
import { zoneOf } from '../definition/zone.ts'
import { FOREVER } from './desired-schedule.ts'
import type { ScheduleContent } from './plan.ts'

/** What a document would say; `start` is taken over, since it is chosen anew with every write. */
export function specOf(content: ScheduleContent, said: ScheduleSpec | undefined): ScheduleSpec {
  const { cron, timezone, ends_at: endsAt } = content
  const isSame = said?.end !== undefined && instantOf(said.end, timezone).toISOString() === endsAt
  return {
    cron,
    timezone,
    ...(said?.start === undefined ? {} : { start: said.start }),
    ...(endsAt === FOREVER ? {} : { end: isSame ? said.end : localOf(endsAt, timezone) }),
  }
}

function localOf(instant: string, timezone: string): string {
  const wall = new Date(zoneOf(timezone).wallMs(Date.parse(instant)))
  return wall.toISOString().slice(0, '2026-01-31T03:00:00'.length)
}
