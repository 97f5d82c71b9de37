import { canonicalCron, instantOf, nextFires } from '../cron.ts'
import type { ScheduleSpec } from '../document.ts'
import { isTimeZone, type Zone, zoneOf } from '../zone.ts'
import type { Check, Found } from './check.ts'

const HOUR_MS = 3_600_000
const AHEAD_MS = 400 * 24 * HOUR_MS
/** No zone changes its clock twice in two weeks: Morocco's Ramadan is the shortest. */
const STEP_MS = 14 * 24 * HOUR_MS

export const cronDst = {
  id: 'cron_dst',
  severity: 'warning',
  title: 'A fire at a time that the clock skips or goes through twice, in the next 400 days',
  /** The next of each kind. Crons that fire every hour around it lose nothing that comes back. */
  run({ schedule }, { now }): readonly Found[] {
    if (!schedule || !canonicalCron(schedule.cron).ok || !isTimeZone(schedule.timezone)) return []
    const { timezone } = schedule
    const hits = clockChanges(zoneOf(timezone), now.getTime()).flatMap((change) => {
      const wallMs = lonelyFireIn(schedule, change)
      return wallMs === null ? [] : [{ isSkipped: change.isSkipped, at: wallText(wallMs) }]
    })
    const skipped = hits.find((hit) => hit.isSkipped)
    const twice = hits.find((hit) => !hit.isSkipped)
    const path = ['schedule', 'cron']
    return [
      ...(skipped
        ? [{ path, message: `${skipped.at} does not exist in ${timezone}: it does not fire then` }]
        : []),
      ...(twice
        ? [{ path, message: `${twice.at} comes twice in ${timezone}: it fires the second time` }]
        : []),
    ]
  },
} as const satisfies Check

/** The wall-clock times, from and up to, that do not exist or come twice. */
interface ClockChange {
  readonly isSkipped: boolean
  readonly fromMs: number
  readonly toMs: number
}

function clockChanges(zone: Zone, nowMs: number): readonly ClockChange[] {
  const offsetAt = (at: number): number => zone.wallMs(at) - at
  const changes: ClockChange[] = []
  // Without milliseconds, which wall clocks leave out.
  let from = Math.floor(nowMs / 1000) * 1000
  let before = offsetAt(from)
  for (const end = from + AHEAD_MS; from < end; from += STEP_MS) {
    const after = offsetAt(from + STEP_MS)
    if (before === after) continue
    const known = before
    const at = changeAt(from, (instant) => offsetAt(instant) !== known)
    const [low, high] = before < after ? [before, after] : [after, before]
    changes.push({ isSkipped: before < after, fromMs: at + low, toMs: at + high })
    before = after
  }
  return changes
}

/** To the second, within the step from `from` on. */
function changeAt(from: number, isAfter: (instantMs: number) => boolean): number {
  let [low, high] = [0, STEP_MS / 1000]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (isAfter(from + middle * 1000)) high = middle
    else low = middle
  }
  return from + high * 1000
}

/** The first fire in the change, unless there are others in the hours before and after it. */
function lonelyFireIn(schedule: ScheduleSpec, { fromMs, toMs }: ClockChange): number | null {
  const fire = firstFire(schedule, fromMs, toMs)
  if (fire === null || !isInWindow(schedule, fire)) return null
  const isFrequent =
    firstFire(schedule, fromMs - HOUR_MS, fromMs) !== null &&
    firstFire(schedule, toMs, toMs + HOUR_MS) !== null
  return isFrequent ? null : fire
}

/** By the wall clock alone, which in UTC is what a cron walks. */
function firstFire({ cron }: ScheduleSpec, fromMs: number, toMs: number): number | null {
  const [fire] = nextFires({ cron, timezone: 'UTC' }, new Date(fromMs - 1000), 1)
  return fire && fire.getTime() < toMs ? fire.getTime() : null
}

function isInWindow({ start, end, timezone }: ScheduleSpec, wallMs: number): boolean {
  const at = instantOf(new Date(wallMs).toISOString().slice(0, 19), timezone)
  return (
    (start === undefined || instantOf(start, timezone) <= at) &&
    (end === undefined || at <= instantOf(end, timezone))
  )
}

function wallText(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 16).replace('T', ' ')
}
