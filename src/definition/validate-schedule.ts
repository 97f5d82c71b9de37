import type { Issue } from '../lib/errors.ts'
import { canonicalCron, instantOf, nextFires } from './cron.ts'
import { isTimeZone } from './zone.ts'
import type { ScheduleSpec, WorkflowDocument } from './document.ts'
import { issueAt } from './pointer.ts'

/** Of all years that a cron knows: what is over did fire, and is no fault. */
const FROM = new Date('1970-01-01T00:00:00Z')

export function scheduleIssues({ schedule }: WorkflowDocument): readonly Issue[] {
  if (!schedule) return []
  const issues: Issue[] = []
  const cron = canonicalCron(schedule.cron)
  const isZone = isTimeZone(schedule.timezone)
  if (!cron.ok) issues.push(issueAt(['schedule', 'cron'], 'cron', cron.message))
  if (!isZone)
    issues.push(
      issueAt(
        ['schedule', 'timezone'],
        'timezone',
        `"${schedule.timezone}" is no time zone: the engine takes it for GMT`,
      ),
    )
  if (isZone && isEmptyWindow(schedule))
    issues.push(issueAt(['schedule', 'end'], 'schedule_end', 'the end is not after the start'))
  else if (cron.ok && isZone && !hasFire(schedule))
    issues.push(issueAt(['schedule', 'cron'], 'cron_never_fires', 'this cron never fires'))
  return issues
}

function isEmptyWindow({ start, end, timezone }: ScheduleSpec): boolean {
  return (
    start !== undefined &&
    end !== undefined &&
    instantOf(end, timezone) <= instantOf(start, timezone)
  )
}

/** A fire between start and end, both included. */
function hasFire(schedule: ScheduleSpec): boolean {
  const { start, end, timezone } = schedule
  const from = start === undefined ? FROM : new Date(instantOf(start, timezone).getTime() - 1)
  const [first] = nextFires(schedule, from, 1)
  return first !== undefined && (end === undefined || first <= instantOf(end, timezone))
}
