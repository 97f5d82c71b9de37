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
    ...endOf(content, isSame ? said.end : undefined),
  }
}

function endOf({ ends_at: endsAt, timezone }: ScheduleContent, said: string | undefined) {
  if (said !== undefined) return { end: said }
  return endsAt === FOREVER ? {} : { end: localOf(endsAt, timezone) }
}

function localOf(instant: string, timezone: string): string {
  const wall = new Date(zoneOf(timezone).wallMs(Date.parse(instant)))
  return wall.toISOString().slice(0, '2026-01-31T03:00:00'.length)
}
