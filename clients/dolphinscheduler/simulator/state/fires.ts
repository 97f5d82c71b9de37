import { nextFires } from '#src/definition/cron.ts'
import type { Schedule, StartFields } from './model.ts'
import { startRun } from './runs.ts'
import type { Place } from './runs.ts'
import { floorToSecond } from './wire-time.ts'

/** A trigger of 3.1 that should have begun longer ago waits for the round that looks for such. */
const MISFIRE_MS = 60_000
const MISFIRE_ROUND_SECOND = 48

/** Plans the fires of a schedule that has just gone online. */
export function beginFiring(place: Place, schedule: Schedule, now: number): void {
  schedule.generation += 1
  planFire(place, schedule, { after: firstAfter(place, schedule, now), now })
}

/** Just before the first second that may fire: the one that goes on fires too. */
function firstAfter({ world }: Place, schedule: Schedule, now: number): number {
  const { startTime } = schedule.fields
  const thisSecond = floorToSecond(now) - 1
  if (startTime > now) return startTime - 1
  if (world.rules.family !== '3.1') return thisSecond
  if (now - startTime < MISFIRE_MS) return startTime - 1
  const minute = Math.floor(now / MISFIRE_MS) * MISFIRE_MS
  const round = minute + MISFIRE_ROUND_SECOND * 1000
  return (round > now ? round : round + MISFIRE_MS) - 1
}

function planFire(
  place: Place,
  schedule: Schedule,
  { after, now }: { readonly after: number; readonly now: number },
): void {
  const { generation, fields } = schedule
  const cron = { cron: quartz(fields.crontab), timezone: fields.timezoneId }
  const [fire] = nextFires(cron, new Date(floorToSecond(after)), 1)
  if (fire === undefined || fire.getTime() > fields.endTime) return
  place.world.queue.add(Math.max(now, fire.getTime()), (at) => {
    if (!schedule.isOnline || schedule.generation !== generation) return
    startScheduled(place, schedule, { scheduleTime: fire.getTime(), at })
    planFire(place, schedule, { after: fire.getTime(), now: at })
  })
}

/** The form that the cron reader takes: no year where any will do. */
export function quartz(crontab: string): string {
  return crontab.trim().replace(/^((?:\S+\s+){5}\S+)\s+\*$/, '$1')
}

function startScheduled(
  place: Place,
  schedule: Schedule,
  { scheduleTime, at }: { readonly scheduleTime: number; readonly at: number },
): void {
  const definition = place.space.definitions.get(schedule.definitionCode)
  if (!definition?.isOnline) return
  const { fields } = schedule
  const start: StartFields = {
    command: 'SCHEDULER',
    user: schedule.user,
    params: {},
    failureStrategy: fields.failureStrategy,
    warningType: fields.warningType,
    warningGroupId: fields.warningGroupId,
    priority: fields.priority,
    workerGroup: fields.workerGroup,
    tenantCode: fields.tenantCode,
    environmentCode: fields.environmentCode,
    scheduleTime,
    timezoneId: fields.timezoneId,
  }
  startRun(place, { definition, start, triggerCode: place.world.nextCode() }, at)
}
